import { Page } from "../../components/page";
import { useSearchText } from "../../components/search-text";
import { Cold } from "./cold";
import { ItemDetail } from "./item";
import { ItemSearch } from "./search";

export default function Items() {
  const [item, choose] = useSearchText("item");
  return (
    <Page
      title="Items"
      about="What can be shown: its attributes and neighbours, where it was shown and what came of it."
    >
      <ItemSearch choose={choose} />
      {item !== undefined && <ItemDetail key={item} item={item} />}
      <Cold choose={choose} />
    </Page>
  );
}
