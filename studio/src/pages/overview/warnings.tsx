import { useQuery } from "@tanstack/react-query";
import { answered, api } from "../../api/client";
import { Loaded } from "../../components/states";
import { Stamp } from "../../components/time";

/** What keeps Heed from doing better, by code, each with what to do. */
export function Warnings() {
  const query = useQuery({
    queryKey: ["problems"],
    queryFn: ({ signal }) => answered(api.GET("/v1/insight/problems", { signal })),
    refetchInterval: 10_000,
  });
  return (
    <Loaded
      query={query}
      what="the warnings"
      isEmpty={({ problems }) => problems.length === 0}
      empty={<p className="text-quiet">None: nothing is known to be wrong.</p>}
    >
      {({ at, problems }) => (
        <>
          <ul className="grid gap-2">
            {problems.map(({ code, message, remedy, count }) => (
              <li key={code + message} className="rounded-lg bg-warn-tint px-3 py-2">
                <code className="font-semibold text-warn">{code}</code>
                {count > 1 && code !== "rejected" && ` (${count} times)`}: {message}
                <span className="block text-sm">{remedy}</span>
              </li>
            ))}
          </ul>
          <p className="mt-2 text-sm text-quiet">
            as of <Stamp at={at} />
          </p>
        </>
      )}
    </Loaded>
  );
}
