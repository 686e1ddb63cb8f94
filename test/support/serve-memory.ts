// A server of its own process over the in-memory Heed: `node serve-memory.js HOME MS`. Recording takes MS milliseconds, so
// that a test can act meanwhile. Prints the address, and at the end what was kept and how often Heed was closed.
import { setTimeout as sleep } from "node:timers/promises";
import { closeOnSignals, createHttpServer } from "../../src/serve/http/index.js";
import { exampleWorld } from "./http.js";

const [home = "", delay = "0"] = process.argv.slice(2);
const memory = await exampleWorld();
const heed = {
  ...memory,
  async record(...given: Parameters<typeof memory.record>) {
    if (Number(delay) > 0) await sleep(Number(delay));
    return memory.record(...given);
  },
};
const server = await createHttpServer(heed, { home });
const url = await server.listen({ port: Number(process.env.HEED_PORT ?? 0) });
process.on("exit", () => {
  process.stdout.write(`${JSON.stringify({ kept: memory.allEvents().length, closings: memory.closings })}\n`);
});
closeOnSignals(server.close);
process.stdout.write(`${url}\n`);
