import { useCallback, useEffect, useReducer, useState } from "react";
import { answered, api } from "../../api/client";
import { listen } from "../../api/live";
import { asProblem, type Problem } from "../../api/problem";

/** An event as the server keeps it. */
export interface LoggedEvent {
  id: string;
  user: string;
  action: string;
  time: string;
  [field: string]: unknown;
}

const most = 100_000;
const page = 1000;
const drawEvery = 250;

interface State {
  /** Newest first. */
  events: LoggedEvent[];
  ids: ReadonlySet<string>;
}

function merge({ events, ids }: State, change: { newer?: LoggedEvent[]; older?: LoggedEvent[] }): State {
  const known = new Set(ids);
  const fresh = (list: LoggedEvent[] = []) =>
    list.filter(({ id }) => !known.has(id) && known.add(id)).reverse();
  const all = [...fresh(change.newer), ...events, ...fresh(change.older)].slice(0, most);
  return { events: all, ids: all.length < known.size ? new Set(all.map(({ id }) => id)) : known };
}

/** The newest end of the log, growing as events are accepted, and backwards a page at a time. */
export function useLog(isPaused: boolean) {
  const [state, add] = useReducer(merge, { events: [], ids: new Set<string>() });
  /** Position before which nothing was read yet; null until the first answer. */
  const [before, setBefore] = useState<number | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isReading, setReading] = useState(false);

  const readOlder = useCallback(async () => {
    setReading(true);
    try {
      const head = before ?? (await read(0, 1)).head;
      const after = Math.max(0, head - page);
      const { events } = await read(after, page);
      add({ older: events as LoggedEvent[] });
      setBefore(after);
      setProblem(null);
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setReading(false);
    }
  }, [before]);

  useEffect(() => {
    if (before === null && problem === null && !isReading) void readOlder();
  }, [before, problem, isReading, readOlder]);

  useEffect(() => {
    if (isPaused) return;
    let heard: LoggedEvent[] = [];
    const stop = listen("/v1/events/tail", {
      message: (event, data) => event === "event" && heard.push(data as LoggedEvent),
      state: (now) => setProblem(now === "open" ? null : now),
    });
    const timer = setInterval(() => {
      if (heard.length > 0) add({ newer: heard });
      heard = [];
    }, drawEvery);
    return () => {
      stop();
      clearInterval(timer);
    };
  }, [isPaused]);

  return { events: state.events, before, problem, isReading, readOlder };
}

function read(after: number, limit: number) {
  return answered(api.GET("/v1/events", { params: { query: { after, limit } } }));
}
