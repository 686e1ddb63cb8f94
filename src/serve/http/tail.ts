import type { FastifyReply, FastifyRequest } from "fastify";
import { HeedError } from "../../core/errors.js";
import type { Heed, TailFilter } from "../heed.js";
import type { Limits } from "./limits.js";

/** The listeners of one server. */
export interface Tails {
  readonly open: number;
  /** Answers a request with a stream of server-sent events until the client leaves, is too slow, or may no longer listen. */
  start(request: FastifyRequest, reply: FastifyReply, filter: TailFilter, mayListen: () => boolean): void;
  /** The same for any stream of messages: `subscribe` gets what writes one, and returns what ends the subscription. */
  stream(request: FastifyRequest, reply: FastifyReply, mayListen: () => boolean, subscribe: Subscribe): void;
  /** Ends all of them, with a notice. */
  close(): void;
}

type Write = (name: string, data: object, id?: string) => void;
type Subscribe = (write: Write) => () => void;

export function createTails(heed: Heed, limits: Limits, onDropped: () => void): Tails {
  const ends = new Set<(notice: string) => void>();

  const stream: Tails["stream"] = (request, reply, mayListen, subscribe) => {
    if (ends.size >= limits.tails)
      throw new HeedError("busy", `${limits.tails} listeners are connected`, "close one, or try again later");
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, {
      ...definedHeaders(reply),
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      connection: "close",
      "x-accel-buffering": "no",
    });
    raw.write(": listening\n\n");

    function write(name: string, data: object, id?: string): void {
      raw.write(frame(name, data, id));
      if (raw.writableLength <= limits.tailBytes) return;
      onDropped();
      end("this listener reads too slowly; events were left out from here on");
    }

    function end(notice: string): void {
      stop();
      raw.end(frame("closed", { reason: notice }));
      // A client that reads nothing would keep its connection, and what it left unread, for ever.
      setTimeout(() => raw.destroy(), 5000).unref();
    }

    function stop(): void {
      unsubscribe();
      clearInterval(heartbeat);
      ends.delete(end);
    }

    const unsubscribe = subscribe(write);
    const heartbeat = setInterval(() => {
      if (mayListen()) raw.write(": alive\n\n");
      else end("the key or token is no longer valid");
    }, limits.heartbeatSeconds * 1000);
    ends.add(end);
    raw.once("close", stop);
    raw.on("error", stop); // a write that meets a connection just lost
    request.raw.socket.setNoDelay(true);
  };

  return {
    get open() {
      return ends.size;
    },
    stream,
    start(request, reply, filter, mayListen) {
      stream(request, reply, mayListen, (write) =>
        heed.tail((event) => write("event", event, event.id), filter),
      );
    },
    close() {
      for (const end of ends) end("the server is closing; connect again");
    },
  };
}

function definedHeaders(reply: FastifyReply): Record<string, string | number | string[]> {
  return Object.fromEntries(
    Object.entries(reply.getHeaders()).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
}

function frame(name: string, data: object, id?: string): string {
  const idLine = id === undefined ? "" : `id: ${id.replace(/[\r\n\0]/g, " ")}\n`;
  return `event: ${name}\n${idLine}data: ${JSON.stringify(data)}\n\n`;
}
