import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { random } from "../../src/core/random.js";
import { openStore } from "../../src/store/index.js";
import { everything, withFolder } from "./support.js";

const fixture = (name: string) => new URL(`fixtures/${name}.mjs`, import.meta.url).pathname;
const kills = 20;

test(
  `every acknowledged event is there exactly once after ${kills} kills`,
  () =>
    withFolder(async (folder) => {
      const draw = random(3, "kills");
      const home = join(folder, "home");
      const socket = join(folder, "socket");
      const clients = ["a", "b", "c"].map((name) => fork(fixture("client"), [socket, name]));
      for (let kill = 0; kill < kills; kill++) {
        rmSync(socket, { force: true });
        const owner = fork(fixture("owner"), [home, socket]);
        const died = once(owner, "exit");
        // Most die at work; some while they open the store and bring back what their predecessor left.
        if (draw.uniform() < 0.8) await Promise.race([once(owner, "message"), died]);
        await wait(draw.integer(300));
        owner.kill("SIGKILL");
        const [code, signal] = await died;
        expect([code, signal]).toEqual([null, "SIGKILL"]);
      }
      const answers = await Promise.all(clients.map(stop));
      const acknowledged = answers.flatMap((answer) => answer.acknowledged);
      const store = await openStore(home);
      try {
        const found = (await everything(store)).map(({ event }) => event.id);
        const stored = new Set(found);
        expect(found.length).toBe(stored.size);
        expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
        expect(new Set(acknowledged).size).toBe(acknowledged.length);
        // It was a test: a lot was acknowledged, and some of it only when it was sent again.
        expect(acknowledged.length).toBeGreaterThan(2_000);
        expect(answers.some(({ repeated }) => repeated > 0)).toBe(true);
        const [counters] = await store.online.counters("p", "item", [acknowledged[0]!]);
        expect(counters!.click!.count).toBe(1);
      } finally {
        await store.close();
      }
    }),
  120_000,
);

interface Answer {
  acknowledged: string[];
  /** Events that a killed owner had stored but not acknowledged. */
  repeated: number;
}

async function stop(client: ChildProcess): Promise<Answer> {
  const answer = once(client, "message");
  client.send("stop");
  const [told] = (await answer) as [Answer];
  client.kill();
  return told;
}
