import { Figure } from "../../components/card";
import { Page } from "../../components/page";
import { Stamp } from "../../components/time";
import { useActivity } from "../../shell/activity";

export default function Overview() {
  const { activity } = useActivity();
  return (
    <Page title="Overview" about="What Heed does at this moment.">
      <Figure
        name="Events a second, now"
        value={activity ? activity.eventsPerSecond.toFixed(1) : "…"}
        note={activity && <Stamp at={activity.at} />}
      />
    </Page>
  );
}
