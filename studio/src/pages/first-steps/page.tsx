import { readKey } from "../../api/key";
import { Card } from "../../components/card";
import { Snippet } from "../../components/copy";
import { Page } from "../../components/page";
import { useActivity } from "../../shell/activity";
import { useSession } from "../../shell/door";
import { PublishableKey } from "./publishable-key";
import { curl, node } from "./snippets";

export default function FirstSteps() {
  const { activity } = useActivity();
  const at = { url: location.origin, secret: readKey() };
  return (
    <Page
      title="First steps"
      about="What to send next. The snippets are filled in for this server and your key."
    >
      <p role="status" className="rounded-lg bg-tint px-3 py-2">
        {activity && activity.eventsPerSecond > 0
          ? "Events arrive: see them under Events."
          : "No event in these seconds: send one, and this line changes."}
      </p>
      <KeyNotice />
      <Card
        title="1. Say what there is"
        about="Items with a title and attributes; anything else you know goes into attributes."
      >
        <Snippet label="curl: items" text={curl.items(at)} />
      </Card>
      <Card
        title="2. Say what people do"
        about="Events, one by one or in batches; an id makes a retry harmless."
      >
        <div className="grid gap-4">
          <Snippet label="curl: an event" text={curl.event(at)} />
          <Snippet label="Node: an event" text={node.event(at)} />
          <PublishableKey url={at.url} />
        </div>
      </Card>
      <Card
        title="3. Ask what to show"
        about="The answer is logged as an impression; send its request as the slate of what follows."
      >
        <div className="grid gap-4">
          <Snippet label="curl: recommendations" text={curl.recommend(at)} />
          <Snippet label="Node: recommendations" text={node.recommend(at)} />
        </div>
      </Card>
    </Page>
  );
}

function KeyNotice() {
  const { caller } = useSession();
  return (
    <p className="text-quiet">
      {caller.kind === "open"
        ? "This server has no keys, so programs on this machine need none."
        : `The key of project "${caller.project}" that you signed in with is in the snippets: keep it on servers.`}
    </p>
  );
}
