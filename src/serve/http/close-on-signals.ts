/**
 * On SIGTERM or SIGINT drains a server, then exits with 0; a second signal exits at once with 1. Give it `HttpServer.close`.
 */
export function closeOnSignals(close: () => Promise<void>): void {
  let closing = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.on(signal, () => {
      if (closing) process.exit(1);
      closing = true;
      close().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
}
