import { openAttention } from "./attention.js";
import { byteLength, openBuffer } from "./buffer.js";
import { measureDwell } from "./dwell.js";
import { openIdentity } from "./identity.js";
import { type Guard, listen, type Stop } from "./listen.js";
import { mergeInto } from "./merge.js";
import { observe } from "./observe.js";
import { randomId } from "./random.js";
import { createSender, mostBytes, type Sender } from "./sender.js";
import { openStorage, prefix } from "./storage.js";
import { openTransport } from "./transport.js";
import type { EventFields, Heed, Options, Problem } from "./types.js";
import { captureUi } from "./ui.js";

const defaults = {
  visibleRatio: 0.5,
  visibleTime: 1000,
  idleTime: 0,
  batchSize: 50,
  flushInterval: 2000,
  rate: { perSecond: 20, burst: 200 },
  bufferSize: 1000,
};

/** Something that runs while there is consent, such as an observed list; starts anew when consent is given again. */
interface Activity {
  start(): Stop;
  stop?: Stop | undefined;
}

/** The part of Heed that lives from `init` to `shutdown`. */
export function createClient(
  given: Options,
  guard: Guard,
  report: (problem: Problem) => void,
): Omit<Heed, "init"> {
  const options = { ...defaults, ...given };
  const storage = openStorage();
  const identity = openIdentity(storage);
  const buffer = openBuffer(storage, options.bufferSize, report);
  const activities = new Set<Activity>();
  const seen = new Set<string>();
  const { doNotTrack, globalPrivacyControl } = navigator as Navigator & { globalPrivacyControl?: boolean };
  const refused =
    options.honourPrivacySignals === true && (doNotTrack === "1" || globalPrivacyControl === true);
  const attention = openAttention(options.idleTime, guard);
  const transport = openTransport(options.url, options.key);
  let sender: Sender | undefined;
  let consented = false;
  /** Told, perhaps before there was consent; kept nowhere else. */
  let identified: { user: string; token?: string | undefined } | undefined;

  function capture(action: string, fields: EventFields = {}): void {
    if (!consented) return;
    const { user, anonymous, session } = identity.touch();
    const id = randomId();
    const { item, surface = options.surface } = fields;
    const event = {
      ...fields,
      id,
      time: new Date().toISOString(),
      user: user ?? anonymous,
      session,
      action,
      surface,
      item: item === undefined ? undefined : String(item),
    };
    const json = JSON.stringify(event);
    if (byteLength(json) > mostBytes) {
      report({ code: "too-large", message: "over 60 kB", events: [event] });
      return;
    }
    buffer.add(id, json);
    sender?.wake();
  }

  function begin(activity: Activity): Stop {
    if (consented) activity.stop = activity.start();
    activities.add(activity);
    return () =>
      guard(() => {
        if (activities.delete(activity)) activity.stop?.();
      });
  }

  function startAll(): void {
    for (const activity of activities)
      guard(() => {
        activity.stop = activity.start();
      });
  }

  function stopAll(): void {
    for (const activity of activities) {
      guard(() => activity.stop?.());
      activity.stop = undefined;
    }
  }

  function turnOn(): void {
    if (consented || refused) return;
    consented = true;
    storage.set("consent", "1");
    sender = createSender(buffer, transport, options, report);
    buffer.adopt();
    startAll();
    sender.wake();
    identifyNow();
  }

  function turnOff(): void {
    consented = false;
    forgetUser();
    sender?.stop();
    buffer.clear();
    storage.remove("consent");
  }

  function identifyNow(): void {
    if (!identified || !consented) return;
    const { token } = identified;
    // Ids are often numbers, where types are not checked.
    const user = String(identified.user ?? "");
    if (!user) throw new Error("identify: no user");
    const known = identity.current();
    if (known.user && known.user !== user) reset();
    identity.update({ user });
    identified = undefined;
    if (token) void mergeInto(user, token, identity, transport, () => consented, report);
  }

  /** Stops what runs, so that what was seen so far belongs to the user that is forgotten. */
  function forgetUser(): void {
    stopAll();
    identity.forget();
    identified = undefined;
    seen.clear();
  }

  function reset(): void {
    forgetUser();
    if (consented) startAll();
  }

  function leave(): void {
    attention.pause();
    if (consented) sender?.leave();
  }

  const listeners = [
    listen(window, ["pagehide"], leave, guard),
    listen(window, ["pageshow"], attention.update, guard),
    listen(window, ["pageshow", "online"], () => sender?.resume(), guard),
    listen(
      document,
      ["visibilitychange"],
      () => {
        attention.update();
        if (!consented || document.visibilityState === "visible") return;
        buffer.save();
        void sender?.flush();
      },
      guard,
    ),
    // Another tab gave or withdrew consent.
    listen(
      window,
      ["storage"],
      (event) => {
        const { key, newValue } = event as StorageEvent;
        if (key === `${prefix}consent`) newValue ? turnOn() : turnOff();
      },
      guard,
    ),
  ];
  if (options.captureUi) begin({ start: () => captureUi(capture, guard) });
  if (!refused && (options.consent ?? storage.get("consent") === "1")) turnOn();
  else turnOff();

  return {
    track: capture,
    identify(user, { token } = {}) {
      identified = { user, token };
      identifyNow();
    },
    user() {
      if (!consented) return undefined;
      const { user, anonymous } = identity.current();
      return user ?? anonymous;
    },
    consent: (agreed) => (agreed ? turnOn() : turnOff()),
    observe: (root, about = {}) =>
      begin({
        start: () =>
          observe(root, about, {
            ...options,
            attention,
            guard,
            capture,
            isFirstView({ slate, surface, item }) {
              const key = JSON.stringify([slate ?? surface, item]);
              return !seen.has(key) && !!seen.add(key);
            },
          }),
      }),
    dwell: (fields = { context: { page: location.pathname } }) =>
      begin({ start: () => measureDwell(attention, (value) => capture("dwell", { ...fields, value })) }),
    flush: async () => sender?.flush(),
    reset,
    shutdown() {
      stopAll();
      leave();
      consented = false;
      sender?.stop();
      attention.stop();
      for (const stop of listeners) stop();
    },
  };
}
