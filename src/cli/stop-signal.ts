/** Aborts at the first Ctrl-C or SIGTERM, so that a command can end in order; the second one ends it at once. */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = () => controller.abort();
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  return controller.signal;
}
