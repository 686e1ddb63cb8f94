import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useRef } from "react";

/** A scrolling list that draws only what is in sight, whatever its length. Rows are of one height, in pixels. */
export function VirtualList<T>(props: {
  label: string;
  items: readonly T[];
  rowHeight: number;
  keyOf: (item: T) => string;
  children: (item: T) => ReactNode;
  className?: string;
}) {
  const { label, items, rowHeight, keyOf, children, className = "h-[32rem]" } = props;
  const scroller = useRef<HTMLElement>(null);
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => keyOf(items[index]!),
    overscan: 10,
  });
  return (
    // A region that scrolls must be reached by the keyboard.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolling by keyboard needs the focus
    <section ref={scroller} aria-label={label} tabIndex={0} className={`overflow-y-auto ${className}`}>
      <ul className="relative" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, key, start }) => (
          <li
            key={key}
            aria-setsize={items.length}
            aria-posinset={index + 1}
            className="absolute inset-x-0"
            style={{ height: rowHeight, transform: `translateY(${start}px)` }}
          >
            {children(items[index]!)}
          </li>
        ))}
      </ul>
    </section>
  );
}
