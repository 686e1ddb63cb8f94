/**
 * Turns single questions into batches: what is asked while a batch runs makes up the next one, at most `limit` at once. So
 * a model that answers one request at a time keeps up with many, and nobody waits for a clock.
 */
export function batcher<Question, Answer>(
  answer: (questions: readonly Question[]) => Promise<readonly Answer[]>,
  limit: number,
): (question: Question) => Promise<Answer> {
  interface Waiting {
    question: Question;
    resolve(answer: Answer): void;
    reject(reason: unknown): void;
  }
  const waiting: Waiting[] = [];
  let running = false;

  async function run(): Promise<void> {
    running = true;
    while (waiting.length > 0) {
      const batch = waiting.splice(0, limit);
      try {
        const answers = await answer(batch.map(({ question }) => question));
        batch.forEach(({ resolve }, i) => {
          resolve(answers[i]!);
        });
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    running = false;
  }

  return (question) =>
    new Promise((resolve, reject) => {
      waiting.push({ question, resolve, reject });
      if (!running) void run();
    });
}
