import type { PlotOptions } from "@observablehq/plot";
import { useEffect, useRef } from "react";

export type PlotModule = typeof import("@observablehq/plot");

/**
 * A chart by Observable Plot, which is loaded when the first one is shown. `label` says in words what it shows; the figures
 * themselves stand in a table beside it.
 */
export function Chart({
  label,
  draw,
}: {
  label: string;
  draw: (plot: PlotModule, width: number) => PlotOptions;
}) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current!;
    let isGone = false;
    let redraw = () => {};
    void import("@observablehq/plot").then((plot) => {
      if (isGone) return;
      redraw = () => {
        const width = Math.max(240, element.clientWidth);
        const options = draw(plot, width);
        const drawn = plot.plot({ className: "plot", width, height: 220, ...options });
        drawn.setAttribute("aria-hidden", "true"); // `label` tells it
        element.replaceChildren(drawn);
      };
      redraw();
    });
    const resized = new ResizeObserver(() => redraw());
    resized.observe(element);
    return () => {
      isGone = true;
      resized.disconnect();
    };
  }, [draw]);
  return <div ref={place} role="img" aria-label={label} className="chart min-h-[220px] w-full" />;
}
