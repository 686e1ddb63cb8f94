import { useQuery } from "@tanstack/react-query";
import { answered, api } from "../../api/client";
import { count } from "../../components/format";
import { Empty, Loaded } from "../../components/states";
import { Time } from "../../components/time";
import { useActivity } from "../../shell/activity";

/** Why events were refused, and what to change in what sent them; asked again whenever there are more. */
export function Rejected() {
  const { activity } = useActivity();
  const query = useQuery({
    queryKey: ["rejected", activity?.rejected ?? 0],
    queryFn: ({ signal }) => answered(api.GET("/v1/events/rejected", { signal })),
    placeholderData: (before) => before,
  });
  return (
    <Loaded
      query={query}
      what="rejected events"
      isEmpty={({ rejected }) => rejected.length === 0}
      empty={
        <Empty title="No event was rejected since the server started">
          A malformed event would stand here with its reason and how to mend its sender.
        </Empty>
      }
    >
      {({ total, rejected }) => (
        <>
          <p className="mb-2 text-sm text-quiet">
            {count(total)} since the server started; the newest {count(rejected.length)} are kept, in memory
            only.
          </p>
          <ul className="grid gap-2">
            {rejected.map(({ at, path, reason, remedy, action, fields, value }, i) => (
              // Rejections have no id, and the list is only ever replaced as a whole.
              // biome-ignore lint/suspicious/noArrayIndexKey: see above
              <li key={i} className="rounded-xl border border-line bg-card px-4 py-3">
                <p className="flex flex-wrap justify-between gap-2">
                  <span>
                    <strong>{path || "the event"}</strong>: {reason}
                  </span>
                  <span className="text-sm text-quiet">
                    <Time at={at} />
                  </span>
                </p>
                {value !== null && (
                  <p className="break-words">
                    It was: <code>{value}</code>
                  </p>
                )}
                <p>How to fix the sender: {remedy}</p>
                <p className="text-sm break-words text-quiet">
                  action {action ?? "not given"}; fields: {fields.join(", ") || "none"}
                </p>
              </li>
            ))}
          </ul>
        </>
      )}
    </Loaded>
  );
}
