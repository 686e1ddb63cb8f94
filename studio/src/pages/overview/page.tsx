import { useQuery } from "@tanstack/react-query";
import { answered, api } from "../../api/client";
import { Card, Figure } from "../../components/card";
import { ago, count } from "../../components/format";
import { Page } from "../../components/page";
import { Loaded } from "../../components/states";
import { Stamp, Time } from "../../components/time";
import { useActivity } from "../../shell/activity";
import { ActionsCard } from "./actions";
import { Surfaces } from "./surfaces";
import { Warnings } from "./warnings";

export default function Overview() {
  return (
    <Page title="Overview" about="What Heed does at this moment, and what came of it.">
      <div className="grid gap-4 sm:grid-cols-2 xl:grid-cols-4">
        <Rate />
        <Model />
        <Freshness />
      </div>
      <Card title="Warnings">
        <Warnings />
      </Card>
      <ActionsCard />
      <Card
        title="Surfaces"
        about="Click-through is clicks for each shown item within 24 hours; exploration is the share of shown items in whose choice chance had a part."
      >
        <Surfaces />
      </Card>
    </Page>
  );
}

function Rate() {
  const { activity } = useActivity();
  return (
    <>
      <Figure
        name="Events a second, now"
        value={activity ? activity.eventsPerSecond.toFixed(1) : "…"}
        note={
          activity && (
            <>
              over {Math.round(activity.measuredSeconds)} s, at <Stamp at={activity.at} />
            </>
          )
        }
      />
      <Figure
        name="Events rejected since the start"
        value={activity ? count(activity.rejected) : "…"}
        note={activity && <>at {<Stamp at={activity.at} />}</>}
      />
    </>
  );
}

function Model() {
  const query = useQuery({
    queryKey: ["models"],
    queryFn: ({ signal }) => answered(api.GET("/v1/models", { signal })),
  });
  return (
    <Loaded query={query} what="the models">
      {({ models }) =>
        models.map(({ name, serving, training }) => (
          <Figure
            key={name}
            name={`Model in charge of "${name}"`}
            value={serving?.model ?? "none yet"}
            note={
              <>
                {serving && (
                  <>
                    since <Time at={serving.created} />
                  </>
                )}
                {training !== "idle" && <span className="block">{training}</span>}
              </>
            }
          />
        ))
      }
    </Loaded>
  );
}

function Freshness() {
  const query = useQuery({
    queryKey: ["actions", "extent"],
    queryFn: ({ signal }) =>
      answered(api.GET("/v1/insight/actions", { signal, params: { query: { steps: 1 } } })),
    refetchInterval: 10_000,
  });
  return (
    <Loaded query={query} what="the freshness">
      {({ last }) => (
        <Figure
          name="Newest event"
          value={last === null ? "none yet" : `${ago(last)} ago`}
          note={last !== null && <Time at={last} />}
        />
      )}
    </Loaded>
  );
}
