import { randomId } from "./random.js";
import type { Storage } from "./storage.js";
import type { Problem } from "./types.js";

const prefix = "queue.";
const mostBytes = 1_000_000;
// The server knows an id again for 24 hours; an event that may have arrived must not be sent after that.
const doubtExpires = 20 * 3_600_000;

/** An event that waits: its id, and itself as JSON (as it was when it happened). */
export interface Waiting {
  id: string;
  json: string;
  bytes: number;
  /** When a page that was leaving handed it to the browser, without hearing whether it arrived; 0 if none did. */
  left: number;
}

export interface Buffer {
  events(): readonly Waiting[];
  add(id: string, json: string): void;
  remove(events: readonly Waiting[]): void;
  /** Writes to storage now; false if nothing could be kept. */
  save(): boolean;
  /** Takes over what earlier pages of this site left behind. */
  adopt(): void;
  clear(): void;
}

/**
 * What was captured and not yet acknowledged, in memory and in storage. Each page writes under a name of its own, so that
 * tabs never overwrite each other; a page that takes over from one that still lives only causes a repetition, which the
 * event's id makes harmless.
 */
export function openBuffer(storage: Storage, limit: number, report: (problem: Problem) => void): Buffer {
  const own = prefix + randomId();
  let waiting: Waiting[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  function save(): boolean {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.length > 0)
      return storage.set(own, waiting.map(({ left, json }) => `${left} ${json}`).join("\n"));
    storage.remove(own);
    return true;
  }

  // Many events in a row are one write.
  const saveSoon = () => {
    timer ??= setTimeout(save, 100);
  };

  const queues = () => storage.names(prefix);

  function push(event: Waiting): void {
    waiting.push(event);
    let bytes = waiting.reduce((sum, entry) => sum + entry.bytes, 0);
    let dropped = 0;
    while (waiting.length - dropped > limit || bytes > mostBytes) bytes -= waiting[dropped++]!.bytes;
    if (dropped > 0)
      report({
        code: "overflow",
        message: "the buffer is full",
        events: parsed(waiting.splice(0, dropped)),
      });
  }

  function read(text: string): void {
    for (const line of text.split("\n")) {
      const space = line.indexOf(" ");
      const json = line.slice(space + 1);
      try {
        const { id } = JSON.parse(json) as { id: string };
        const left = Number(line.slice(0, space));
        const event = { id, json, bytes: byteLength(json), left };
        if (left && Date.now() - left > doubtExpires)
          report({ code: "expired", message: "too old to send again", events: parsed([event]) });
        else if (!waiting.some((other) => other.id === id)) push(event);
      } catch {
        // A line that something else wrote.
      }
    }
  }

  return {
    events: () => waiting,
    add(id, json) {
      push({ id, json, bytes: byteLength(json), left: 0 });
      saveSoon();
    },
    remove(events) {
      const gone = new Set(events);
      waiting = waiting.filter((event) => !gone.has(event));
      saveSoon();
    },
    save,
    adopt() {
      const others = queues().filter((name) => name !== own);
      for (const name of others) read(storage.get(name) ?? "");
      // Ours is written before theirs goes: a crash in between repeats events and loses none.
      if (save()) others.forEach(storage.remove);
    },
    clear() {
      waiting = [];
      save();
      queues().forEach(storage.remove);
    },
  };
}

/** The events themselves. */
export function parsed(events: readonly Waiting[]): object[] {
  return events.map(({ json }) => JSON.parse(json) as object);
}

export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
