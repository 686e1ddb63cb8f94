import type { Attention } from "./attention.js";
import type { Stop } from "./listen.js";

/**
 * Measures attention from `began` on; hands over what has gathered whenever attention pauses, and at the end. What it
 * hands over adds up to the whole.
 */
export function measureDwell(
  attention: Attention,
  record: (milliseconds: number) => void,
  began = attention.now(),
): Stop {
  let sent = 0;

  function send(): void {
    const value = Math.round(attention.now() - began) - sent;
    if (value <= 0) return;
    sent += value;
    record(value);
  }

  const unsubscribe = attention.subscribe(() => {
    if (!attention.running()) send();
  });
  return () => {
    send();
    unsubscribe();
  };
}
