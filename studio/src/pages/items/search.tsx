import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { answered, api } from "../../api/client";
import { Card } from "../../components/card";
import { Empty, Loaded } from "../../components/states";
import { ItemList } from "./list";

/** Items by their words; without words, what most people like. */
export function ItemSearch({ choose }: { choose: (item: string) => void }) {
  const [words, setWords] = useState("");
  const q = useDeferredValue(words.trim());
  const query = useQuery({
    queryKey: ["items", "search", q],
    queryFn: ({ signal }) =>
      q === ""
        ? answered(api.GET("/v1/popular", { signal, params: { query: { limit: 10 } } }))
        : answered(api.GET("/v1/search", { signal, params: { query: { q, limit: 20 } } })),
    placeholderData: (before) => before,
  });
  return (
    <Card title={q === "" ? "Find an item" : `Items for "${q}"`}>
      <label htmlFor="item-words" className="text-quiet">
        Words of its title, or its id
      </label>
      <div className="mb-2 flex gap-2">
        <input
          id="item-words"
          value={words}
          onChange={({ target }) => setWords(target.value)}
          onKeyDown={({ key }) => key === "Enter" && words.trim() !== "" && choose(words.trim())}
          className="w-full rounded-lg border border-line bg-paper px-3 py-1.5"
        />
      </div>
      <p className="mb-1 text-sm text-quiet">
        {q === "" ? "What most people like now:" : "Enter opens the item that has these words as its id."}
      </p>
      <Loaded
        query={query}
        what="items"
        isEmpty={({ items }) => items.length === 0}
        empty={
          q === "" ? (
            <Empty title="No item is known yet">
              Put some: PUT /v1/items, or send events that name them.
            </Empty>
          ) : (
            <Empty title="No item has these words" />
          )
        }
      >
        {({ items }) => <ItemList items={items} choose={choose} />}
      </Loaded>
    </Card>
  );
}
