import { useQuery } from "@tanstack/react-query";
import { ToggleGroup } from "radix-ui";
import { useCallback, useState } from "react";
import { answered, api } from "../../api/client";
import type { components } from "../../api/schema";
import { Card } from "../../components/card";
import { Chart, type PlotModule } from "../../components/chart";
import { count } from "../../components/format";
import { Empty, Loaded } from "../../components/states";
import { Time } from "../../components/time";

type Actions = components["schemas"]["ActionsOverTime"];

const ranges = [
  { name: "Last hour", length: 3_600_000 },
  { name: "Last day", length: 86_400_000 },
  { name: "Last 30 days", length: 30 * 86_400_000 },
  { name: "All", length: null },
];

/** How often each action was done, over a chosen stretch of time. */
export function ActionsCard() {
  const [range, setRange] = useState("All");
  const { length } = ranges.find(({ name }) => name === range)!;
  const query = useQuery({
    queryKey: ["actions", range],
    queryFn: ({ signal }) => {
      const to = Date.now() + 1;
      const bounds = length === null ? {} : { from: to - length, to };
      return answered(
        api.GET("/v1/insight/actions", { signal, params: { query: { ...bounds, steps: 60 } } }),
      );
    },
    refetchInterval: 10_000,
  });
  return (
    <Card title="Actions over time">
      <ToggleGroup.Root
        type="single"
        value={range}
        onValueChange={(chosen) => chosen !== "" && setRange(chosen)}
        aria-label="Stretch of time"
        className="mb-3 flex flex-wrap gap-1"
      >
        {ranges.map(({ name }) => (
          <ToggleGroup.Item
            key={name}
            value={name}
            className="rounded-lg border border-line px-3 py-1 data-[state=on]:border-accent data-[state=on]:bg-tint"
          >
            {name}
          </ToggleGroup.Item>
        ))}
      </ToggleGroup.Root>
      <Loaded
        query={query}
        what="the actions"
        isEmpty={({ actions }) => actions.length === 0}
        empty={<Empty title="Nothing was done in this time">Choose a longer one, or send events.</Empty>}
      >
        {(data) => <ActionsChart data={data} />}
      </Loaded>
    </Card>
  );
}

/** Told apart by lightness too, on light and dark alike. */
const colours = ["#2f8f6b", "#c9822b", "#7a6bd1", "#c2517e", "#4a90c2", "#8a8f3a"];

function ActionsChart({ data }: { data: Actions }) {
  const draw = useCallback(
    (plot: PlotModule) => {
      const rows = data.actions
        .slice(0, colours.length)
        .flatMap(({ action, counts }) =>
          counts.map((times, i) => ({ action, times, at: new Date(data.from + (i + 0.5) * data.step) })),
        );
      return {
        marginLeft: 60,
        color: { domain: data.actions.slice(0, colours.length).map(({ action }) => action), range: colours },
        x: { type: "utc" as const, label: null },
        y: { label: "events in a step", grid: true },
        marks: [plot.ruleY([0]), plot.areaY(rows, { x: "at", y: "times", fill: "action", fillOpacity: 0.7 })],
      };
    },
    [data],
  );
  return (
    <>
      <Chart
        label={`Events over time: ${data.actions.map(({ action, count: times }) => `${action} ${times}`).join(", ")}`}
        draw={draw}
      />
      <ul className="mt-2 flex flex-wrap gap-x-4 text-sm">
        {data.actions.map(({ action, count: times }, i) => (
          <li key={action}>
            {i < colours.length && (
              <span
                aria-hidden="true"
                className="mr-1 inline-block size-3 rounded-sm"
                style={{ background: colours[i] }}
              />
            )}
            <strong>{action}</strong> {count(times)}
          </li>
        ))}
      </ul>
      <p className="mt-1 text-sm text-quiet">
        from <Time at={data.from} /> to <Time at={data.to} />
      </p>
    </>
  );
}
