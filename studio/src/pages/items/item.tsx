import { useQuery } from "@tanstack/react-query";
import { answered, api } from "../../api/client";
import { Card } from "../../components/card";
import { useSearchText } from "../../components/search-text";
import { Empty, Loaded } from "../../components/states";
import { Exposure } from "./exposure";
import { ItemList } from "./list";

/** One item: what is known of it, what goes with it, and what came of showing it. */
export function ItemDetail({ item }: { item: string }) {
  return (
    <>
      <div className="grid gap-4 lg:grid-cols-2">
        <Attributes item={item} />
        <Neighbours item={item} />
      </div>
      <Exposure item={item} />
    </>
  );
}

function Attributes({ item }: { item: string }) {
  const query = useQuery({
    queryKey: ["items", item],
    queryFn: ({ signal }) => answered(api.GET("/v1/items/{item}", { signal, params: { path: { item } } })),
  });
  return (
    <Card title={query.data?.title ?? item} about="Attributes">
      <Loaded query={query} what="the item">
        {({ attributes = {}, ...own }) => (
          <dl className="grid grid-cols-[7rem_1fr] gap-x-4 gap-y-1">
            {Object.entries({ ...own, ...attributes }).map(([name, value]) => (
              <div key={name} className="contents">
                <dt className="break-words text-quiet">{name}</dt>
                <dd className="min-w-0 break-words">
                  {Array.isArray(value) ? value.join(", ") : String(value)}
                </dd>
              </div>
            ))}
          </dl>
        )}
      </Loaded>
    </Card>
  );
}

function Neighbours({ item }: { item: string }) {
  const [, choose] = useSearchText("item");
  const query = useQuery({
    queryKey: ["items", item, "neighbours"],
    queryFn: ({ signal }) =>
      answered(api.GET("/v1/similar/{item}", { signal, params: { path: { item }, query: { limit: 10 } } })),
  });
  return (
    <Card title="Neighbours" about="Items that the same people chose, the nearest first.">
      <Loaded
        query={query}
        what="neighbours"
        isEmpty={({ items }) => items.length === 0}
        empty={
          <Empty title="No neighbours yet">
            They come with the next training, once people chose this item.
          </Empty>
        }
      >
        {({ items }) => <ItemList items={items} choose={choose} />}
      </Loaded>
    </Card>
  );
}
