const credential = /heed_(sk|pk|ut|tk)_[A-Za-z0-9_.~+/=-]*/gi;

/** The text with every key, token and ticket replaced, for logs and errors. */
export function redact(text: string): string {
  return text.replace(credential, "heed_$1_[redacted]");
}

/** Where log lines go. */
export interface LogDestination {
  write(line: string): void;
}

/** A destination that never sees a key, whoever logs it. */
export function redacting(destination: LogDestination): LogDestination {
  return { write: (line) => destination.write(redact(line)) };
}
