import { Link } from "@tanstack/react-router";
import { Dialog } from "../../components/dialog";
import type { LoggedEvent } from "./log";

/** One event's whole record. */
export function EventDialog({ event, close }: { event: LoggedEvent | null; close: () => void }) {
  return (
    <Dialog title={event ? `${event.action} by ${event.user}` : ""} open={event !== null} onClose={close}>
      {event && (
        <>
          <dl className="grid grid-cols-[7rem_1fr] gap-x-4 gap-y-1">
            {Object.entries(event).map(([name, value]) => (
              <div key={name} className="contents">
                <dt className="text-quiet">{name}</dt>
                <dd className="min-w-0 break-words">
                  {name === "item" ? (
                    <Link to="/items" search={{ item: String(value) } as never} className="underline">
                      {String(value)}
                    </Link>
                  ) : typeof value === "object" ? (
                    <pre className="whitespace-pre-wrap text-sm">{JSON.stringify(value, null, 2)}</pre>
                  ) : (
                    String(value)
                  )}
                </dd>
              </div>
            ))}
          </dl>
          <p className="mt-3 text-sm text-quiet">
            Times are as the sender's clock had them; `received` is the server's, and `skew` says how far they
            differ.
          </p>
        </>
      )}
    </Dialog>
  );
}
