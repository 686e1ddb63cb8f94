import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createKey, signUserToken } from "../../../src/serve/http/index.js";
import { redact } from "../../../src/serve/http/redact.js";
import { routes } from "../../../src/serve/http/routes/index.js";
import { pathOf } from "../../support/example-request.js";
import { exampleWorld, newHome, type Running, raw, start } from "../../support/http.js";

const home = newHome();
const secret = createKey(home, { kind: "secret" }).key;
const publishable = createKey(home, { kind: "publishable", origins: ["https://shop.example"] }).key;
const token = signUserToken(secret, { user: "ann" });
let ticket = "";
let running: Running;
/** What must appear nowhere: the part of each credential that is secret. */
const secretParts = () => [secret, publishable, token, ticket].map((text) => text.slice(9, -1));

beforeAll(async () => {
  const world = await exampleWorld();
  running = await start(
    {
      ...world,
      // A Heed that fails with the key in its message and its stack, as a careless one might.
      search: (query) => Promise.reject(new Error(`cannot search for ${query}`)),
    },
    { home },
  );
  ticket = (await running.ask("/v1/events/tail/tickets", { method: "POST", key: secret })).body.ticket;
});
afterAll(() => running.close());

test("no key, token or ticket reaches the log or an error, wherever it was sent", async () => {
  const answers: string[] = [];
  for (const credential of [secret, publishable, token, ticket])
    for (const key of [undefined, secret]) {
      const ask = async (path: string, asked: Parameters<Running["ask"]>[1] = {}) => {
        const { status, text, headers } = await running.ask(path, {
          ...asked,
          ...(key && !asked.key && { key }),
        });
        // An accepted answer may hold what was stored under that name; a refusal may not.
        if (status !== 200) answers.push(text + JSON.stringify(headers));
      };
      for (const route of routes.filter(({ produces }) => produces !== "text/event-stream")) {
        const { method, path, example } = route;
        const body = example.body === undefined ? {} : { body: example.body };
        await ask(path.replace(/\{\w+\}/, credential), { method, ...body });
        await ask(`${pathOf(route)}${pathOf(route).includes("?") ? "&" : "?"}key=${credential}`, {
          method,
          ...body,
        });
        await ask(`${pathOf(route).split("?")[0]}?${credential}=1`, { method, ...body });
        await ask(pathOf(route), { method, ...body, headers: { authorization: `Basic ${credential}` } });
        await ask(pathOf(route), { method, ...body, headers: { authorization: credential } });
        await ask(pathOf(route), { method, ...body, key: `${credential}x` });
        await ask(pathOf(route), {
          method,
          ...body,
          headers: { cookie: `key=${credential}`, "x-api-key": credential },
        });
        if (example.body !== undefined) {
          await ask(pathOf(route), { method, body: { [credential]: credential } });
          await ask(pathOf(route), { method, body: `{"user":"${credential}` });
          await ask(pathOf(route), { method, body: credential, headers: { "content-type": credential } });
        }
      }
      await ask(`/v1/search?q=${credential}`);
      await ask(`/${credential}`);
      await ask(`/v1/recomend/${credential}`);
      await ask(`/%zz${credential}`);
      await ask("/v1/similar/heat", { headers: { origin: `https://${credential}.example` } });
      const event = {
        user: "eve",
        action: "click",
        context: { [`__proto__${credential}`]: 1 },
        [credential]: 1,
      };
      const { body } = await running.ask("/v1/events", { body: [event, { [credential]: 1 }], key: secret });
      expect(body.rejected).toHaveLength(2);
      answers.push(JSON.stringify(body));
      await ask("/v1/events", {
        body: `{"key":"${credential}","events":5}`,
        headers: { "content-type": "text/plain" },
      });
      answers.push(await raw(running.port, `GET /${credential} HTTP/9.9\r\nhost: ${credential}\r\n\r\n`));
      answers.push(
        await raw(
          running.port,
          `GET / HTTP/1.1\r\nhost: localhost\r\n${credential}: ${credential}\r\nbad header\r\n\r\n`,
        ),
      );
    }
  const log = running.log.join("");
  expect(running.log.length).toBeGreaterThan(1000);
  expect(log).toContain("cannot search for heed_sk_[redacted]"); // the log was written, and redacted
  for (const part of secretParts()) {
    expect(log).not.toContain(part);
    expect(answers.filter((answer) => answer.includes(part))).toEqual([]);
  }
  expect(readFileSync(`${home}/keys.json`, "utf8")).not.toContain(secret.slice(9, -4));
}, 60_000);

test("a request is logged by its route, without names of users or items", () => {
  const lines = running.log.map((line) => JSON.parse(line)).filter(({ msg }) => msg === "answered");
  const known = new Set([...routes.map(({ path }) => path), "unknown"]);
  for (const { route, method, status, ms } of lines) {
    expect(known.has(route)).toBe(true);
    expect(method).toMatch(/^[A-Z]+$/);
    expect(status).toBeGreaterThan(0);
    expect(ms).toBeGreaterThanOrEqual(0);
  }
  expect(running.log.join("")).not.toContain("/v1/recommend/ann");
});

test("redaction keeps the kind and the text around", () => {
  expect(redact(`use ${secret}, then "${token}" or HEED_SK_abc.`)).toBe(
    'use heed_sk_[redacted], then "heed_ut_[redacted]" or heed_SK_[redacted]',
  );
  expect(redact("heed_ish words stay")).toBe("heed_ish words stay");
});
