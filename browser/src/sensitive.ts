/** Nothing at all is recorded inside these. */
export const privateSelector = "[data-heed-private]";

const types = /^(password|hidden|file)$/;
const autocompletes = /(^|\s)(cc-\S*|\S*-password|one-time-code)(\s|$)/i;
const names = /pass|pwd|secret|token|card|cvc|cvv|iban|ssn|otp|(^|[^a-z])pin([^a-z]|$)/i;
const cardNumber = /(\d[ -]?){13,19}/;

// "Show password" turns the field into a text field; what was secret once stays secret.
const onceSecret = new WeakSet<Element>();

/**
 * Whether a field's value must never leave the page, whatever the page asked for: passwords, hidden and file inputs,
 * `autocomplete` of cards, passwords and one-time codes, and names that look like one of these.
 */
export function isSecret(field: Element): boolean {
  const attribute = (name: string) => field.getAttribute(name) ?? "";
  const secret =
    types.test((field as HTMLInputElement).type) ||
    autocompletes.test(attribute("autocomplete")) ||
    names.test(`${attribute("name")} ${attribute("id")}`) ||
    onceSecret.has(field);
  if (secret) onceSecret.add(field);
  return secret;
}

/** The value of a field marked `data-heed-capture` (itself or an ancestor); undefined when it may not be recorded. */
export function recordableValue(field: Element): string | boolean | undefined {
  if (!field.matches("input,select,textarea") || !field.closest("[data-heed-capture]") || isSecret(field))
    return undefined;
  const { type, checked, value } = field as HTMLInputElement;
  if (type === "checkbox" || type === "radio") return checked;
  return cardNumber.test(value) ? undefined : value.slice(0, 200);
}
