import { createServer } from "node:net";
import { HeedError } from "../../core/errors.js";
import { listKeys } from "../../serve/index.js";
import { storeOwner } from "../../store/index.js";
import { heedHome, heedPort } from "../environment.js";
import { serverCall } from "../server-call.js";
import { type Check, finding } from "./check.js";

export const serverChecks: readonly Check[] = [
  {
    name: "server",
    async look() {
      const address = storeOwner(heedHome())?.about.address;
      if (!address) return finding("ok", "none runs on the data folder");
      try {
        await serverCall(address).ask("/healthz", { signal: AbortSignal.timeout(5_000) });
        return finding("ok", `${address} answers`);
      } catch (error) {
        const reason = error instanceof HeedError ? error.message.split("\n")[0] : "no answer in 5 seconds";
        return finding(
          "fail",
          `${address} does not answer: ${reason}`,
          "look at its terminal; start it again: heed up",
        );
      }
    },
  },
  {
    name: "port",
    async look() {
      const port = heedPort();
      const address = storeOwner(heedHome())?.about.address;
      if (address && new URL(address).port === String(port))
        return finding("ok", `${port} is the running server's`);
      const code = await listening(port);
      if (code === null) return finding("ok", port === 0 ? "any free one" : `${port} is free`);
      return finding(
        address ? "warn" : "fail",
        code === "EADDRINUSE" ? `${port} is taken by another program` : `${port} cannot be used (${code})`,
        `choose another: export HEED_PORT=${port < 65_535 ? port + 1 : 4141}`,
      );
    },
  },
  {
    name: "keys",
    look() {
      const now = Date.now();
      const keys = listKeys(heedHome());
      const valid = keys.filter(
        ({ revoked, expires }) => !revoked && !(expires && Date.parse(expires) <= now),
      );
      if (valid.length > 0) return finding("ok", `${valid.length} valid of ${keys.length}`);
      if (keys.length > 0)
        return finding(
          "warn",
          `none of ${keys.length} is valid: nobody can use the server`,
          "heed keys create",
        );
      return finding("ok", "none: the server answers this machine only (make one: heed keys create)");
    },
  },
];

/** Null when the port can be listened on, else the system's code for why not. */
function listening(port: number): Promise<string | null> {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(null)));
  });
}
