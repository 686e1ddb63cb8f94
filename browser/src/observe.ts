import type { Attention } from "./attention.js";
import { measureDwell } from "./dwell.js";
import { type Guard, listen, type Stop } from "./listen.js";
import type { EventFields, ObserveOptions } from "./types.js";

const attribute = "data-heed-item";
const attributes = [attribute, "data-heed-position", "data-heed-propensity"];
// Fine steps: of an item taller than the window only a small share is ever visible.
const steps = Array.from({ length: 101 }, (_, percent) => percent / 100);

export interface Observer {
  attention: Attention;
  guard: Guard;
  visibleRatio: number;
  visibleTime: number;
  capture(action: string, fields: EventFields): void;
  /** Whether this item of this slate has not been seen before; remembers that it has now. */
  isFirstView(fields: EventFields): boolean;
}

/** An element with an item, and how long it has been visible this time. */
interface Watched {
  element: Element;
  item: string;
  fields: EventFields;
  /** The attention clock when it came into view; undefined while out of view. */
  since?: number | undefined;
  /** Ends this time; there once it has been in view for long enough. */
  stopDwell?: Stop | undefined;
  timer?: ReturnType<typeof setTimeout>;
}

/**
 * Watches the items inside `root`: `view` once an item was seen, `dwell` when it leaves or attention does, `click`.
 * An item is in view when `visibleRatio` of it is, or when it fills that share of the window.
 */
export function observe(
  root: Element | Document | DocumentFragment,
  { view = true, dwell = true, click = true, ...shared }: ObserveOptions,
  observer: Observer,
): Stop {
  const { attention, guard, visibleRatio, visibleTime, capture, isFirstView } = observer;
  const all = new Map<Element, Watched>();

  function enter(watched: Watched): void {
    watched.since ??= attention.now();
    wait(watched);
  }

  function wait(watched: Watched): void {
    clearTimeout(watched.timer);
    const { since, stopDwell, element } = watched;
    if (since === undefined || stopDwell || !attention.running()) return;
    const left = since + visibleTime - attention.now();
    if (left <= 0 && isPainted(element)) see(watched, since);
    else {
      if (left <= 0) watched.since = attention.now();
      watched.timer = setTimeout(() => guard(() => wait(watched)), left > 0 ? Math.ceil(left) : visibleTime);
    }
  }

  function see(watched: Watched, since: number): void {
    if (view && isFirstView(watched.fields)) capture("view", watched.fields);
    const record = (value: number) => dwell && capture("dwell", { ...watched.fields, value });
    watched.stopDwell = measureDwell(attention, record, since);
  }

  function leave(watched: Watched): void {
    clearTimeout(watched.timer);
    watched.stopDwell?.();
    watched.since = watched.stopDwell = undefined;
  }

  const intersections = new IntersectionObserver(
    (entries) =>
      guard(() => {
        for (const entry of entries) {
          const watched = all.get(entry.target);
          if (watched) (isInView(entry, visibleRatio) ? enter : leave)(watched);
        }
      }),
    { threshold: [...steps, visibleRatio] },
  );

  function forget(watched: Watched): void {
    leave(watched);
    intersections.unobserve(watched.element);
    all.delete(watched.element);
  }

  /** Brings what is watched in line with the document; lists reuse elements for other items. */
  function synchronise(): void {
    const elements = [...root.querySelectorAll(`[${attribute}]`)];
    if (root instanceof Element && root.hasAttribute(attribute)) elements.unshift(root);
    const present = new Set(elements);
    for (const watched of all.values())
      if (!present.has(watched.element) || watched.element.getAttribute(attribute) !== watched.item)
        forget(watched);
    elements.forEach((element, i) => {
      const item = element.getAttribute(attribute);
      if (!item) return;
      const fields = { ...shared, item, context: placeOf(element, i + 1) };
      const known = all.get(element);
      if (known) known.fields = fields;
      else {
        all.set(element, { element, item, fields });
        intersections.observe(element);
      }
    });
  }

  const mutations = new MutationObserver(() => guard(synchronise));
  mutations.observe(root, { subtree: true, childList: true, attributes: true, attributeFilter: attributes });
  synchronise();

  const stops = [
    attention.subscribe(() => all.forEach(wait)),
    () => mutations.disconnect(),
    () => all.forEach(forget),
  ];
  // auxclick: the middle button opens the item in another tab.
  if (click)
    stops.push(
      listen(
        root,
        ["click", "auxclick"],
        (event) => {
          const { target, button } = event as MouseEvent;
          const watched = all.get((target as Element).closest(`[${attribute}]`)!);
          if (watched && button < 2) capture("click", watched.fields);
        },
        guard,
      ),
    );
  return () => {
    for (const stop of stops) stop();
  };
}

function isInView(
  { isIntersecting, intersectionRect, boundingClientRect, rootBounds }: IntersectionObserverEntry,
  ratio: number,
): boolean {
  const visible = area(intersectionRect);
  const whole = Math.min(area(boundingClientRect), rootBounds ? area(rootBounds) : Number.POSITIVE_INFINITY);
  return isIntersecting && visible > 0 && visible >= ratio * whole;
}

function area({ width, height }: DOMRectReadOnly): number {
  return width * height;
}

/** Not when laid out but invisible, such as a hidden slide of a carousel. (Older browsers cannot tell.) */
function isPainted(element: Element): boolean {
  return element.checkVisibility?.({ opacityProperty: true, visibilityProperty: true }) !== false;
}

function placeOf(element: Element, order: number): Record<string, number> {
  const propensity = Number(element.getAttribute("data-heed-propensity"));
  return {
    position: Number(element.getAttribute("data-heed-position")) || order,
    ...(propensity > 0 && { propensity }),
  };
}
