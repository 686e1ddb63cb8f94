import { HeedError } from "../../core/errors.js";
import type { HeedEvent } from "../../events/index.js";
import type { AppendOutcome, LogEntry } from "../event-log.js";
import type { IdWindow } from "./id-window.js";
import { createWriter } from "./record.js";
import type { Segments } from "./segments.js";
import type { Tombstones } from "./tombstones.js";
import { breathe } from "./turn.js";

/** The one writer of the log: appends that wait at the same time are committed together. */
export interface Commits {
  append(events: readonly HeedEvent[]): Promise<AppendOutcome[]>;
  /** Runs when no commit is under way; later appends wait. */
  alone<T>(work: () => Promise<T>): Promise<T>;
  /** The greatest position that was committed. `alone` may take the next one. */
  head: number;
  /** Events that wait. */
  readonly queued: number;
  /** Waits for what was asked before, and refuses what comes after. */
  close(): Promise<void>;
}

export interface CommitOptions {
  segments: Segments;
  window: IdWindow;
  tombstones: Tombstones;
  now: () => number;
  head: number;
  /** Events that may wait; more are refused as "busy". */
  queueLimit: number;
  /** Bytes of the write-ahead files beyond which appends are refused. */
  backlogLimit: number;
  /** Told of every commit in order, before its appends resolve. Must not throw. */
  onCommit: (entries: readonly LogEntry[]) => void;
}

/** Events in one commit; a single larger append is committed on its own. */
const groupEvents = 16_384;
/** Events in one append: the commit is one string in memory. */
const appendEvents = 100_000;
/** Events after which the event loop gets a turn: about 3 ms of work. */
const slice = 1_024;

interface Append {
  events: readonly HeedEvent[];
  resolve: (outcomes: AppendOutcome[]) => void;
  reject: (error: unknown) => void;
}

type Task = Append | { work: () => Promise<void> };

export function createCommits(options: CommitOptions): Commits {
  const { segments, window, tombstones, now, queueLimit, backlogLimit, onCommit } = options;
  const writer = createWriter();
  let tasks: Task[] = [];
  let queued = 0;
  let running: Promise<void> | null = null;
  let closed = false;

  const self: Commits = {
    head: options.head,
    get queued() {
      return queued;
    },
    append(events) {
      return new Promise((resolve, reject) => {
        const refusal = refuse(events.length);
        if (refusal) reject(refusal);
        else {
          queued += events.length;
          start({ events, resolve, reject });
        }
      });
    },
    alone(work) {
      return new Promise((resolve, reject) => {
        if (closed) reject(closedError());
        else start({ work: () => work().then(resolve, reject) });
      });
    },
    async close() {
      closed = true;
      while (running) await running;
    },
  };

  function refuse(count: number): HeedError | null {
    if (closed) return closedError();
    if (count > appendEvents) {
      return new HeedError(
        "batch",
        `${count} events in one append; the limit is ${appendEvents}`,
        "append them in several batches",
      );
    }
    if (queued > 0 && queued + count > queueLimit) {
      return new HeedError(
        "busy",
        `${queued} events are waiting to be stored already`,
        "try again in a moment, and send larger batches less often",
      );
    }
    if (segments.bytes > backlogLimit) {
      return new HeedError(
        "busy",
        `${segments.bytes} bytes of events wait for the database already`,
        "try again later; when it does not get less, look at the disk and at the metric log_load_failures",
      );
    }
    return null;
  }

  function start(task: Task): void {
    tasks.push(task);
    running ??= drain();
  }

  async function drain(): Promise<void> {
    while (tasks.length > 0) {
      const first = tasks[0]!;
      if ("work" in first) {
        tasks = tasks.slice(1);
        await first.work();
      } else await commit(nextGroup());
    }
    // In the same turn as the last look at the tasks: what comes later starts anew.
    running = null;
  }

  function nextGroup(): Append[] {
    const group: Append[] = [];
    let count = 0;
    for (const task of tasks) {
      if ("work" in task || (count > 0 && count + task.events.length > groupEvents)) break;
      group.push(task);
      count += task.events.length;
    }
    tasks = tasks.slice(group.length);
    return group;
  }

  async function commit(group: readonly Append[]): Promise<void> {
    const time = now();
    const entries: LogEntry[] = [];
    const lines: string[] = [];
    const answers: { append: Append; outcomes: AppendOutcome[] }[] = [];
    let judged = 0;
    for (const append of group) {
      const from = entries.length;
      const outcomes: AppendOutcome[] = [];
      try {
        for (const event of append.events) {
          if (++judged % slice === 0) await breathe();
          const outcome = judge(event, self.head + entries.length + 1);
          outcomes.push(outcome);
        }
        answers.push({ append, outcomes });
      } catch (error) {
        release(entries.splice(from));
        lines.length = from;
        append.reject(error);
      }
    }

    function judge(event: HeedEvent, position: number): AppendOutcome {
      const entry = writer.entry(event, position);
      // Claimed last: what is refused for another reason is no duplicate when it is mended.
      const line = writer.line(entry);
      if (tombstones.refuses(event.project, event.user, entry.at)) return "erased";
      if (!window.claim(event.project, event.id, time)) return "duplicate";
      lines.push(line);
      entries.push(entry);
      return position;
    }

    try {
      if (entries.length > 0) {
        const first = entries[0]!.position;
        await segments.append({ lines, merges: 0, first, last: entries.at(-1)!.position });
        self.head = entries.at(-1)!.position;
        for (let at = 0; at < entries.length; at += slice) {
          if (at > 0) await breathe();
          const part = entries.slice(at, at + slice);
          onCommit(part);
        }
      }
      for (const { append, outcomes } of answers) append.resolve(outcomes);
    } catch (error) {
      release(entries);
      for (const { append } of answers) append.reject(error);
    } finally {
      for (const { events } of group) queued -= events.length;
    }
  }

  /** What was not stored may come again. */
  function release(entries: readonly LogEntry[]): void {
    for (const { event } of entries) window.release(event.project, event.id);
  }

  return self;
}

export function closedError(): HeedError {
  return new HeedError("closed", "the store is closed", "open it again");
}
