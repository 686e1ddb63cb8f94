export type Stop = () => void;

/** Calls what it is given and keeps its errors from the page. */
export type Guard = <T>(act: () => T) => T | undefined;

/** Listens before the page's own handlers and never delays them. */
export function listen(
  target: EventTarget,
  types: readonly string[],
  handler: (event: Event) => void,
  guard: Guard,
): Stop {
  const guarded = (event: Event) => guard(() => handler(event));
  const options = { capture: true, passive: true };
  for (const type of types) target.addEventListener(type, guarded, options);
  return () => {
    for (const type of types) target.removeEventListener(type, guarded, options);
  };
}
