import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { HeedError } from "../core/errors.js";
import { readLines } from "../core/lines.js";
import { runningServer } from "./home.js";
import { say } from "./output.js";
import type { ServerCall } from "./server-call.js";
import { stopSignal } from "./stop-signal.js";

interface TailFlags {
  user?: string;
  action: string[];
}

/** `heed events tail`: the running server's events as they are accepted, one JSON object a line, until Ctrl-C. */
export function addEvents(program: Command): void {
  program
    .command("events")
    .description("watch events")
    .command("tail")
    .description("print events as the running server accepts them, one JSON object a line")
    .option("--user <name>", "this user's events")
    .option(
      "--action <name>",
      "events of this action; may be repeated",
      (text, before: string[]) => [...before, text],
      [],
    )
    .addHelpText(
      "after",
      "\nEnds with Ctrl-C. Connects again when the server restarts; events in between are not printed.",
    )
    .action((flags: TailFlags) => tail(flags));
}

const longestEvent = 4_000_000;
const firstWait = 250;
const longestWait = 5_000;

async function tail({ user, action }: TailFlags): Promise<void> {
  const signal = stopSignal();
  if (!runningServer()) {
    throw new HeedError(
      "server",
      "no server runs on the data folder",
      "start one in another terminal: heed up (or set HEED_HOME to the data folder of the one you mean)",
    );
  }
  const query = new URLSearchParams();
  for (const name of action) query.append("action", name);
  if (user !== undefined) query.set("user", user);
  process.stdout.on("error", () => process.exit(0)); // whoever read this has gone
  let wait = firstWait;
  for (let isFirst = true; !signal.aborted; isFirst = false) {
    try {
      const server = runningServer();
      if (server) {
        await printEvents(server, query.toString(), signal, () => {
          wait = firstWait;
          say(`${isFirst ? "listening to" : "listening again to"} ${server.address}`);
        });
      }
    } catch (error) {
      if (signal.aborted) return;
      if (isFirst || !isTemporary(error)) throw error;
    }
    await sleep(wait, undefined, { signal }).catch(() => {});
    wait = Math.min(longestWait, wait * 2);
  }
}

/** Whether a server that restarts answers like this. */
function isTemporary(error: unknown): boolean {
  return !(error instanceof HeedError) || ["server", "locked", "busy", "unavailable"].includes(error.code);
}

/** Prints a stream of server-sent events until it ends. */
async function printEvents(
  server: ServerCall,
  query: string,
  signal: AbortSignal,
  onOpen: () => void,
): Promise<void> {
  const response = await server.open(`/v1/events/tail?${query}`, { signal });
  onOpen();
  const stream = Readable.fromWeb(response.body! as Parameters<typeof Readable.fromWeb>[0]);
  let name = "";
  try {
    for await (const { bytes } of readLines(stream, longestEvent)) {
      const line = bytes?.toString("utf8") ?? "";
      if (line.startsWith("event: ")) name = line.slice(7);
      if (!line.startsWith("data: ")) continue;
      const data = line.slice(6);
      if (name === "closed") say((JSON.parse(data) as { reason: string }).reason);
      else process.stdout.write(`${data}\n`);
    }
  } catch (error) {
    if (!signal.aborted && !/terminated|aborted|socket/i.test(String(error))) throw error;
  }
  if (!signal.aborted) say("the stream ended: connecting again");
}
