/** Runs pieces of work one after the other, in the order they were asked for; one that fails does not stop the next. */
export type Turn = <T>(work: () => Promise<T>) => Promise<T>;

export function createTurn(): Turn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => {});
    return result;
  };
}

/** Lets timers, sockets and other promises go on before a long piece of work does. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
