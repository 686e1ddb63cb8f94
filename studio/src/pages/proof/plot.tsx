import { useCallback } from "react";
import { Chart, type PlotModule } from "../../components/chart";
import { figure } from "../../components/format";
import type { Row } from "./system";

/** Measured figures with their intervals, the published ones and the baselines, one line a model. */
export function FigurePlot({ name, rows }: { name: string; rows: readonly Row[] }) {
  const draw = useCallback(
    (plot: PlotModule) => ({
      height: 60 + 26 * rows.length,
      marginLeft: 140,
      x: { nice: true, grid: true, label: null },
      y: { label: null, domain: rows.map(({ model }) => model) },
      marks: [
        plot.link(
          rows.filter(({ low }) => low !== null),
          { x1: "low", x2: "high", y1: "model", y2: "model", stroke: "currentColor", strokeWidth: 2 },
        ),
        plot.dot(rows, { x: "measured", y: "model", r: 5, fill: "currentColor" }),
        plot.dot(
          rows.filter(({ published }) => published !== null),
          {
            x: "published",
            y: "model",
            r: 6,
            symbol: "diamond",
            stroke: "var(--color-accent)",
            strokeWidth: 2,
          },
        ),
        plot.tickX(
          rows.filter(({ baseline }) => baseline !== null),
          { x: "baseline", y: "model", stroke: "var(--color-bad)", strokeWidth: 2 },
        ),
      ],
    }),
    [rows],
  );
  const said = rows.map(
    ({ model, measured, published }) =>
      `${model} measured ${figure(measured)}, published ${figure(published)}`,
  );
  return (
    <>
      <Chart label={`${name}: ${said.join("; ")}`} draw={draw} />
      <p className="text-sm text-quiet">
        ● measured, with its interval · <span className="text-accent">◇ published</span> ·{" "}
        <span className="text-bad">| baseline</span>
      </p>
    </>
  );
}
