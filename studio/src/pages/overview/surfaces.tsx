import { useQuery } from "@tanstack/react-query";
import { answered, api } from "../../api/client";
import { count, share } from "../../components/format";
import { Empty, Loaded } from "../../components/states";

export function Surfaces() {
  const query = useQuery({
    queryKey: ["surfaces"],
    queryFn: ({ signal }) => answered(api.GET("/v1/surfaces", { signal })),
    refetchInterval: 10_000,
  });
  return (
    <Loaded
      query={query}
      what="the surfaces"
      isEmpty={({ surfaces }) => surfaces.length === 0}
      empty={<Empty title="There is no surface">Add one to heed.config.ts.</Empty>}
    >
      {({ surfaces }) => (
        <div className="overflow-x-auto">
          <table>
            <thead>
              <tr>
                <th scope="col">Surface</th>
                <th scope="col">Slates</th>
                <th scope="col">Items shown</th>
                <th scope="col">Click-through</th>
                <th scope="col">Other outcomes</th>
                <th scope="col">Exploration</th>
              </tr>
            </thead>
            <tbody>
              {surfaces.map(({ name, slates, shown, explored, outcomes }) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td>{count(slates)}</td>
                  <td>{count(shown)}</td>
                  <td>{share(outcomes.click ?? 0, shown)}</td>
                  <td>
                    {Object.entries(outcomes)
                      .filter(([action]) => action !== "click")
                      .map(([action, times]) => `${action} ${count(times)}`)
                      .join(", ") || "–"}
                  </td>
                  <td>{share(explored, shown)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Loaded>
  );
}
