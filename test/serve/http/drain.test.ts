import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, expect, test } from "vitest";
import { compiled } from "../../support/compiled.js";
import { newHome, start } from "../../support/http.js";
import { memoryHeed } from "../../support/memory-heed.js";

let program = "";
beforeAll(() => {
  program = compiled("serve-memory.ts");
}, 60_000);

/** A server in a process of its own, whose recording takes `ms` milliseconds. */
async function spawned(ms: number): Promise<{ child: ChildProcess; port: number; output: () => string }> {
  const child = spawn(process.execPath, [program, newHome(), String(ms)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout!.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  while (!text.includes("\n")) await sleep(10);
  return { child, port: Number(/:(\d+)\n/.exec(text)![1]), output: () => text };
}

function post(
  port: number,
  path: string,
  body?: object,
): Promise<{ status: number; text: string; connection: string | undefined }> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json" };
    const sent = request(
      { port, host: "127.0.0.1", path, method: body ? "POST" : "GET", headers, agent: false },
      async (response) => {
        let text = "";
        for await (const chunk of response.setEncoding("utf8")) text += chunk;
        resolve({ status: response.statusCode!, text, connection: response.headers.connection });
      },
    );
    sent.on("error", reject);
    sent.end(body && JSON.stringify(body));
  });
}

test("SIGTERM finishes what is in flight, ends tails with a notice, takes nothing new, closes Heed once and exits with 0", async () => {
  const { child, port, output } = await spawned(1000);
  const tail = post(port, "/v1/events/tail");
  const sent = Array.from({ length: 10 }, (_, i) =>
    post(port, "/v1/events", { id: `drain-${i}`, user: "eve", action: "click" }),
  );
  await sleep(400);
  const began = Date.now();
  child.kill("SIGTERM");
  await sleep(200);
  await expect(post(port, "/healthz")).rejects.toMatchObject({ code: "ECONNREFUSED" });
  const answers = await Promise.all(sent);
  expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
  expect(answers.every(({ connection }) => connection === "close")).toBe(true);
  expect((await tail).text).toContain("the server is closing");
  const [code] = child.exitCode === null ? await once(child, "exit") : [child.exitCode];
  expect(code).toBe(0);
  expect(Date.now() - began).toBeLessThan(10_000); // idle keep-alive connections do not hold it up
  expect(JSON.parse(output().trim().split("\n").at(-1)!)).toEqual({ kept: 5 + 1 + 10, closings: 1 });
});

test("a second signal does not wait", async () => {
  const { child, port } = await spawned(60_000);
  const sent = post(port, "/v1/events", { user: "eve", action: "click" }).catch((error: Error) => error);
  await sleep(300);
  child.kill("SIGTERM");
  await sleep(100);
  child.kill("SIGTERM");
  const [code] = await once(child, "exit");
  expect(code).toBe(1);
  expect(await sent).toBeInstanceOf(Error);
});

test("a request that outlasts the drain is cut off, and closing twice is closing once", async () => {
  const memory = memoryHeed();
  const running = await start(
    { ...memory, record: () => new Promise(() => {}) },
    { limits: { drainSeconds: 0.3 } },
  );
  const hanging = running
    .ask("/v1/events", { body: { user: "eve", action: "click" } })
    .catch((error: Error) => error);
  await sleep(100);
  await Promise.all([running.server.close(), running.server.close()]);
  expect(await hanging).toBeInstanceOf(Error);
  expect(memory.closings).toBe(1);
});

// A sender that still writes when the connection ends may lose the answer to the reset: then it is asked again.
test("a stream of events stops at a batch, and its sender learns from which line on to go on", {
  retry: 3,
}, async () => {
  const memory = memoryHeed();
  const running = await start({
    ...memory,
    async record(...given) {
      await sleep(50);
      return memory.record(...given);
    },
  });
  const answer = new Promise<{ status: number; text: string }>((resolve, reject) => {
    const headers = { "content-type": "application/x-ndjson" };
    const options = { port: running.port, host: "127.0.0.1", path: "/v1/events", method: "POST", headers };
    const sent = request(options, async (response) => {
      let text = "";
      for await (const chunk of response.setEncoding("utf8")) text += chunk;
      clearInterval(timer);
      sent.destroy();
      resolve({ status: response.statusCode!, text });
    });
    sent.on("error", reject);
    let line = 0;
    const timer = setInterval(() => {
      for (let i = 0; i < 500; i++)
        sent.write(`${JSON.stringify({ id: `s-${line++}`, user: "eve", action: "click" })}\n`);
    }, 20);
  });
  await sleep(500);
  await running.server.close();
  const { status, text } = await answer;
  expect(status).toBe(503);
  const line = Number(/before line (\d+) was taken/.exec(text)![1]);
  expect(memory.allEvents()).toHaveLength(line - 1);
  expect(line).toBeGreaterThan(500);
});
