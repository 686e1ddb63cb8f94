import { type Guard, listen, type Stop } from "./listen.js";

/** A clock that runs only while somebody can be looking: the tab is visible, the page in use. */
export interface Attention {
  /** Milliseconds of attention so far. */
  now(): number;
  running(): boolean;
  /** Calls back when it starts or stops running. */
  subscribe(listener: () => void): Stop;
  /** Looks again whether the tab is visible. */
  update(): void;
  /** Stands still until the next `update` (the page is being left). */
  pause(): void;
  stop(): void;
}

const signsOfLife = ["pointermove", "pointerdown", "keydown", "scroll"];

export function openAttention(idleTime: number, guard: Guard): Attention {
  const listeners = new Set<() => void>();
  let total = 0;
  let since: number | undefined;
  let idle = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function run(wanted: boolean): void {
    if (wanted === (since !== undefined)) return;
    if (since === undefined) since = performance.now();
    else {
      total += performance.now() - since;
      since = undefined;
    }
    for (const listener of listeners) listener();
  }

  const update = () => run(document.visibilityState === "visible" && !idle);

  function waitForIdle(): void {
    clearTimeout(timer);
    timer = setTimeout(() => {
      idle = true;
      guard(update);
    }, idleTime);
    if (!idle) return;
    idle = false;
    update();
  }

  const unlisten = idleTime > 0 ? listen(document, signsOfLife, waitForIdle, guard) : undefined;
  if (idleTime > 0) waitForIdle();
  update();

  return {
    now: () => total + (since === undefined ? 0 : performance.now() - since),
    running: () => since !== undefined,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    update,
    pause: () => run(false),
    stop() {
      clearTimeout(timer);
      unlisten?.();
      run(false);
    },
  };
}
