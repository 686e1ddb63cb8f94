import { useMemo, useState } from "react";
import { Button } from "../../components/button";
import { count } from "../../components/format";
import { Empty, Failed, Loading } from "../../components/states";
import { VirtualList } from "../../components/virtual-list";
import { EventDialog } from "./event-dialog";
import { type Filter, Filters, fits } from "./filters";
import { type LoggedEvent, useLog } from "./log";

export function LiveEvents() {
  const [isPaused, setPaused] = useState(false);
  const [filter, setFilter] = useState<Filter>({ user: "", action: "", text: "" });
  const [chosen, choose] = useState<LoggedEvent | null>(null);
  const { events, before, problem, isReading, readOlder } = useLog(isPaused);
  const fitting = useMemo(() => events.filter((event) => fits(filter, event)), [events, filter]);
  const actions = useMemo(() => [...new Set(events.map(({ action }) => action))].sort(), [events]);

  return (
    <div className="grid gap-3">
      <Filters filter={filter} actions={actions} change={setFilter} />
      <div className="flex flex-wrap items-center gap-2">
        <Button onClick={() => setPaused(!isPaused)} aria-pressed={isPaused}>
          {isPaused ? "Go on listening" : "Pause"}
        </Button>
        <Button onClick={() => void readOlder()} disabled={isReading || before === 0}>
          Read older events
        </Button>
        <p role="status" className="text-sm text-quiet">
          {count(fitting.length)} of {count(events.length)} loaded{isPaused ? ", paused" : ""}
        </p>
      </div>
      {problem && <Failed problem={problem} retry={before === null ? () => void readOlder() : undefined} />}
      {events.length === 0 && before === null && !problem && <Loading what="the newest events" />}
      {events.length === 0 && before !== null && (
        <Empty title="No event yet">Send one as First steps shows; it appears here without a reload.</Empty>
      )}
      {events.length > 0 && fitting.length === 0 && (
        <Empty title="No loaded event fits the filters">Change them, or read older events.</Empty>
      )}
      {fitting.length > 0 && (
        <div className="rounded-xl border border-line bg-card">
          <VirtualList label="Events, newest first" items={fitting} rowHeight={44} keyOf={({ id }) => id}>
            {(event) => <Row event={event} open={() => choose(event)} />}
          </VirtualList>
        </div>
      )}
      <EventDialog event={chosen} close={() => choose(null)} />
    </div>
  );
}

function Row({ event, open }: { event: LoggedEvent; open: () => void }) {
  const subject =
    event.item ?? event.query ?? (Array.isArray(event.items) ? `${event.items.length} items` : "");
  return (
    <button
      type="button"
      onClick={open}
      className="grid h-full w-full grid-cols-[5rem_1fr_1fr] items-center gap-3 border-b border-line px-3 text-left hover:bg-tint md:grid-cols-[12rem_8rem_1fr_1fr_8rem]"
    >
      <span className="hidden truncate text-quiet tabular-nums md:block">
        {event.time.slice(0, 19).replace("T", " ")}
      </span>
      <span className="truncate font-medium">{event.action}</span>
      <span className="truncate">{event.user}</span>
      <span className="truncate">{String(subject)}</span>
      <span className="hidden truncate text-quiet md:block">{String(event.surface ?? "")}</span>
    </button>
  );
}
