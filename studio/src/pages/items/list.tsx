import type { components } from "../../api/schema";
import { figure } from "../../components/format";

/** Items to choose from, with their scores. */
export function ItemList(props: {
  items: readonly components["schemas"]["ScoredItem"][];
  choose: (item: string) => void;
}) {
  return (
    <ol>
      {props.items.map(({ item, title, score }) => (
        <li key={item} className="border-b border-line">
          <button
            type="button"
            onClick={() => props.choose(item)}
            className="flex w-full justify-between gap-3 rounded-lg px-2 py-1.5 text-left hover:bg-tint"
          >
            <span className="min-w-0 break-words">
              {title ?? item} <span className="text-sm text-quiet">{title && item}</span>
            </span>
            <span className="tabular-nums text-quiet">{figure(score)}</span>
          </button>
        </li>
      ))}
    </ol>
  );
}
