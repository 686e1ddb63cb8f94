import { useQuery } from "@tanstack/react-query";
import { answered, api } from "../../api/client";
import { Card, Figure } from "../../components/card";
import { count, share } from "../../components/format";
import { Empty, Loaded } from "../../components/states";
import { VirtualList } from "../../components/virtual-list";

/** Items that were hardly shown, and how much of what is left to chance goes to them. */
export function Cold({ choose }: { choose: (item: string) => void }) {
  const query = useQuery({
    queryKey: ["items", "cold"],
    queryFn: ({ signal }) =>
      answered(api.GET("/v1/insight/cold-items", { signal, params: { query: { limit: 1000 } } })),
    refetchInterval: 10_000,
  });
  return (
    <Card title="Cold items and their exploration budget">
      <Loaded
        query={query}
        what="cold items"
        isEmpty={({ items }) => items === 0}
        empty={<Empty title="The catalogue is empty">Put items: PUT /v1/items</Empty>}
      >
        {(data) => (
          <>
            <div className="mb-3 grid gap-3 sm:grid-cols-3">
              <Figure
                name="Cold items"
                value={count(data.coldCount)}
                note={`of ${count(data.items)}: shown less than ${data.coldBelow} times, ${count(data.neverShown)} never`}
              />
              <Figure
                name="Exploration budget"
                value={share(data.explored, data.shown)}
                note={`${count(data.explored)} of ${count(data.shown)} places were left to chance`}
              />
              <Figure
                name="Of it to cold items"
                value={share(data.exploredCold, data.explored)}
                note={`${count(data.exploredCold)} places`}
              />
            </div>
            {data.explored === 0 && (
              <p className="mb-2 text-sm text-quiet">
                Nothing is left to chance: a surface with <code>decide.policy</code> epsilon-greedy, softmax
                or thompson gives cold items their places.
              </p>
            )}
            <VirtualList
              label="Cold items, the least shown first"
              items={data.cold}
              rowHeight={40}
              keyOf={({ item }) => item}
              className="h-80"
            >
              {({ item, title, shown, explored }) => (
                <button
                  type="button"
                  onClick={() => choose(item)}
                  className="flex h-full w-full items-center justify-between gap-3 border-b border-line px-2 text-left hover:bg-tint"
                >
                  <span className="truncate">{title ?? item}</span>
                  <span className="whitespace-nowrap text-sm text-quiet">
                    shown {count(shown)}, by chance {count(explored)}
                  </span>
                </button>
              )}
            </VirtualList>
          </>
        )}
      </Loaded>
    </Card>
  );
}
