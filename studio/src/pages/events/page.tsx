import { Tabs } from "radix-ui";
import { Page } from "../../components/page";
import { useSearchText } from "../../components/search-text";
import { LiveEvents } from "./live";
import { Rejected } from "./rejected";

const tab = "rounded-lg px-3 py-1.5 data-[state=active]:bg-tint data-[state=active]:font-semibold";

export default function Events() {
  const [shown = "live", show] = useSearchText("list");
  return (
    <Page title="Events" about="What people did, as Heed accepts it; and what it had to refuse.">
      <Tabs.Root value={shown} onValueChange={show}>
        <Tabs.List aria-label="Which events" className="mb-3 flex gap-1">
          <Tabs.Trigger value="live" className={tab}>
            Accepted, live
          </Tabs.Trigger>
          <Tabs.Trigger value="rejected" className={tab}>
            Rejected
          </Tabs.Trigger>
        </Tabs.List>
        <Tabs.Content value="live">
          <LiveEvents />
        </Tabs.Content>
        <Tabs.Content value="rejected">
          <Rejected />
        </Tabs.Content>
      </Tabs.Root>
    </Page>
  );
}
