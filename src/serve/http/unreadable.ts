import type { Socket } from "node:net";

/** Answers bytes that are no HTTP request, which no route ever sees. */
export function refuseUnreadable(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, message, remedy] = unreadable[error.code ?? ""] ?? [
    "400 Bad Request",
    "this is not an HTTP request",
    "use an HTTP client",
  ];
  const body = JSON.stringify({ code: "invalid", message, remedy });
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

const unreadable: Readonly<Record<string, [status: string, message: string, remedy: string]>> = {
  HPE_HEADER_OVERFLOW: ["431 Request Header Fields Too Large", "the headers are too large", "send fewer"],
  ERR_HTTP_REQUEST_TIMEOUT: ["408 Request Timeout", "the request took too long to arrive", "send it faster"],
};
