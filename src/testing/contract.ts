/** One thing a store promises, as a test that throws when the promise is broken. Any test runner can run it. */
export interface ContractCase {
  name: string;
  run: () => Promise<void>;
}

/** A fresh, empty implementation to try, and how to get rid of it. */
export interface Subject<T> {
  subject: T;
  /** Closes it and opens what it kept; left out by stores that keep nothing over a restart. */
  reopen?: () => Promise<T>;
  close: () => Promise<void>;
}

export type Make<T> = () => Promise<Subject<T>>;

export interface Failure {
  name: string;
  error: unknown;
}

/** Runs every case and answers which failed: a contract that finds no fault in a faulty store is no contract. */
export async function runContract(cases: readonly ContractCase[]): Promise<Failure[]> {
  const failures: Failure[] = [];
  for (const { name, run } of cases) {
    try {
      await run();
    } catch (error) {
      failures.push({ name, error });
    }
  }
  return failures;
}

/** A case with a subject of its own. */
export function withSubject<T>(
  make: Make<T>,
  name: string,
  work: (subject: T, whole: Subject<T>) => Promise<void>,
): ContractCase {
  return {
    name,
    async run() {
      const whole = await make();
      try {
        await work(whole.subject, whole);
      } finally {
        await whole.close();
      }
    },
  };
}
