import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { answered, api } from "../../api/client";
import type { components } from "../../api/schema";
import { Card } from "../../components/card";
import { Chart, type PlotModule } from "../../components/chart";
import { count, share } from "../../components/format";
import { Empty, Loaded } from "../../components/states";

type Positions = components["schemas"]["ItemExposure"]["positions"];

/** Where an item was shown, and what came of it there. */
export function Exposure({ item }: { item: string }) {
  const query = useQuery({
    queryKey: ["items", item, "exposure"],
    queryFn: ({ signal }) =>
      answered(api.GET("/v1/items/{item}/exposure", { signal, params: { path: { item } } })),
    refetchInterval: 10_000,
  });
  return (
    <Card
      title="Exposure and outcome by position"
      about="Outcomes are counted within 24 hours of being shown."
    >
      <Loaded
        query={query}
        what="exposures"
        isEmpty={({ shown }) => shown === 0}
        empty={<Empty title="This item was not shown yet" />}
      >
        {({ positions }) => (
          <div className="grid gap-4 lg:grid-cols-2">
            <PositionTable positions={positions} />
            <PositionPlot positions={positions} />
          </div>
        )}
      </Loaded>
    </Card>
  );
}

function PositionTable({ positions }: { positions: Positions }) {
  const actions = [...new Set(positions.flatMap(({ outcomes }) => Object.keys(outcomes)))].sort();
  return (
    <div className="overflow-x-auto">
      <table>
        <thead>
          <tr>
            <th scope="col">Position</th>
            <th scope="col">Shown</th>
            <th scope="col">By chance</th>
            {actions.map((action) => (
              <th key={action} scope="col">
                {action}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {positions.map(({ position, shown, explored, outcomes }) => (
            <tr key={position}>
              <th scope="row">{position}</th>
              <td>{count(shown)}</td>
              <td>{count(explored)}</td>
              {actions.map((action) => (
                <td key={action}>
                  {count(outcomes[action] ?? 0)} ({share(outcomes[action] ?? 0, shown)})
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function PositionPlot({ positions }: { positions: Positions }) {
  const draw = useCallback(
    (plot: PlotModule) => ({
      x: { label: "position", type: "band" as const },
      y: { label: "shown", grid: true },
      marks: [
        plot.ruleY([0]),
        plot.barY(positions, { x: "position", y: "shown", fill: "var(--color-line)" }),
        plot.barY(positions, {
          x: "position",
          y: ({ outcomes }: Positions[number]) => Math.max(0, ...Object.values(outcomes)),
          fill: "var(--color-accent)",
          insetLeft: 6,
          insetRight: 6,
        }),
      ],
    }),
    [positions],
  );
  const said = positions.map(({ position, shown }) => `position ${position} shown ${shown} times`).join(", ");
  return (
    <div>
      <Chart label={`Exposure by position: ${said}`} draw={draw} />
      <p className="text-sm text-quiet">
        Wide: shown. <span className="text-accent">Narrow: the most frequent outcome.</span>
      </p>
    </div>
  );
}
