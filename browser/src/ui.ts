import { type Guard, listen, type Stop } from "./listen.js";
import { isSecret, privateSelector, recordableValue } from "./sensitive.js";
import type { EventFields } from "./types.js";

/** What can be pressed; whatever else can must be reachable with the keyboard. */
const interactive = "a,button,input,select,textarea,summary,[tabindex]";
/** Roles that are named by their own text. */
const namedByText = /^(link|button|tab|menuitem|option|summary|checkbox|radio|switch)$/;
const fields = "input,select,textarea,[contenteditable]";
const roles: Readonly<Record<string, string>> = {
  a: "link",
  select: "combobox",
  textarea: "textbox",
  checkbox: "checkbox",
  radio: "radio",
  button: "button",
  submit: "button",
  reset: "button",
  image: "button",
  range: "slider",
};

/**
 * Records what is done to the page's controls as action `ui`: the kind of event, the element's role, name and selector,
 * and a value only where `sensitive.ts` allows it.
 */
export function captureUi(capture: (action: string, fields: EventFields) => void, guard: Guard): Stop {
  let typing: Element | undefined;

  function record(event: Event): void {
    const { type, target } = event;
    if (!(target instanceof Element)) return;
    const element = (type === "click" && target.closest(interactive)) || target;
    if (element.closest(privateSelector)) return;
    // A click on a label comes again as a click on its field.
    if (type === "click" && element === target && target.closest("label") && !target.matches(interactive))
      return;
    // Typing is one event, not one for every key.
    if (type === "input" && element === typing) return;
    typing = type === "input" ? element : undefined;
    // A password shown and changed to text must be known from the first key on.
    const secret = isSecret(element);
    capture("ui", {
      context: {
        event: type,
        role: roleOf(element),
        name: nameOf(element),
        selector: selectorOf(element),
        value: type === "change" && !secret ? recordableValue(element) : undefined,
      },
    });
  }

  return listen(document, ["click", "input", "change", "submit"], record, guard);
}

function roleOf(element: Element): string {
  const tag = element.localName;
  const kind = tag === "input" ? (element as HTMLInputElement).type : tag;
  return element.getAttribute("role") ?? roles[kind] ?? (tag === "input" ? "textbox" : tag);
}

/** What a screen reader would call it, from the page's own words and never from what was typed. */
function nameOf(element: Element): string | undefined {
  const attribute = (name: string) => element.getAttribute(name) ?? "";
  const labels = attribute("aria-labelledby")
    .split(/\s+/)
    .map((id) => id && document.getElementById(id));
  const { labels: own, type } = element as HTMLInputElement;
  const name =
    attribute("aria-label") ||
    textOf([...labels, ...(own ?? [])]) ||
    (/^(button|submit|reset)$/.test(type) && attribute("value")) ||
    (namedByText.test(roleOf(element)) && textOf([element])) ||
    attribute("title") ||
    attribute("placeholder") ||
    attribute("name");
  return name.slice(0, 80) || undefined;
}

/** Text without private parts, and without anything that can be typed into. */
function textOf(elements: readonly (Element | null | "")[]): string {
  return elements
    .map((element) => {
      if (!element || element.closest(`${privateSelector},${fields}`)) return "";
      const copy = element.cloneNode(true) as Element;
      for (const part of copy.querySelectorAll(`${privateSelector},${fields}`)) part.remove();
      return copy.textContent ?? "";
    })
    .join(" ")
    .replace(/\s+/g, " ")
    .trim();
}

/** A path from the nearest id. */
function selectorOf(element: Element): string {
  const { localName: tag, parentElement: parent } = element;
  // Not the property: a form's field of the name "id" hides it.
  const id = element.getAttribute("id");
  if (id) return `#${CSS.escape(id)}`;
  if (!parent) return tag;
  const alike = [...parent.children].filter((child) => child.localName === tag);
  const place = alike.length > 1 ? `:nth-of-type(${alike.indexOf(element) + 1})` : "";
  return `${selectorOf(parent)}>${tag}${place}`;
}
