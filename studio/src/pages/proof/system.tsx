import { useQuery } from "@tanstack/react-query";
import { answered, api } from "../../api/client";
import type { components } from "../../api/schema";
import { Button } from "../../components/button";
import { Card } from "../../components/card";
import { figure } from "../../components/format";
import { Page } from "../../components/page";
import { Empty, Loaded } from "../../components/states";
import { Time } from "../../components/time";
import { FigurePlot } from "./plot";
import { StateMark } from "./state";

export type Row = components["schemas"]["System"]["figures"][number];

/** One system: its table of published, measured and baseline figures, with a plot for each data set and metric. */
export function System({ slug, close }: { slug: string; close: () => void }) {
  const query = useQuery({
    queryKey: ["systems", slug],
    queryFn: ({ signal }) => answered(api.GET("/v1/systems/{slug}", { signal, params: { path: { slug } } })),
  });
  return (
    <Page title={slug} about={query.data?.title ?? "A published system"}>
      <div>
        <Button onClick={close}>All systems</Button>
      </div>
      <Loaded query={query} what={slug}>
        {({ state, date, reason, figures }) => (
          <>
            <p>
              <StateMark state={state} />{" "}
              {date && (
                <>
                  recorded <Time at={date} />
                </>
              )}
            </p>
            {reason && <p>{reason}</p>}
            {figures.length === 0 ? (
              <Empty title="No run is recorded">
                Run it: <code>heed reproduce {slug} --save</code>
              </Empty>
            ) : (
              <>
                <FigureTable rows={figures} />
                <div className="grid gap-4 lg:grid-cols-2">
                  {groups(figures).map(([name, rows]) => (
                    <Card key={name} title={name}>
                      <FigurePlot name={name} rows={rows} />
                    </Card>
                  ))}
                </div>
              </>
            )}
          </>
        )}
      </Loaded>
    </Page>
  );
}

/** Rows that can stand on one axis: of one data set and metric. */
function groups(rows: readonly Row[]): [string, Row[]][] {
  const found = new Map<string, Row[]>();
  for (const row of rows) {
    if (row.measured === null) continue;
    const name = `${row.dataset}: ${row.metric}`;
    found.set(name, [...(found.get(name) ?? []), row]);
  }
  return [...found];
}

function FigureTable({ rows }: { rows: readonly Row[] }) {
  return (
    <div className="overflow-x-auto">
      <table>
        <caption className="sr-only">Published, measured and baseline figures</caption>
        <thead>
          <tr>
            <th scope="col">Data set</th>
            <th scope="col">Model</th>
            <th scope="col">Metric</th>
            <th scope="col">Published</th>
            <th scope="col">Measured</th>
            <th scope="col">95 % interval</th>
            <th scope="col">Baseline</th>
            <th scope="col">Verdict</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.dataset} ${row.model} ${row.metric}`}>
              <td>{row.dataset}</td>
              <td>{row.model}</td>
              <td>{row.metric}</td>
              <td>{figure(row.published)}</td>
              <td className="font-medium">{figure(row.measured)}</td>
              <td>{row.low === null ? "–" : `${figure(row.low)} to ${figure(row.high)}`}</td>
              <td>{figure(row.baseline)}</td>
              <td>
                <StateMark state={row.verdict} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
