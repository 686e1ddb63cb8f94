import { createHttpServer, openHeed } from "../../src/serve/index.js";
import { openStore } from "../../src/store/index.js";

/** The real thing in this process: a server over the store of a data folder, which it announces, as `heed init` writes it. */
export async function serveHome(home: string) {
  const store = await openStore(home);
  const heed = await openHeed({ store });
  const server = await createHttpServer(heed, { home, backup: store.backup });
  const address = await server.listen({ port: 0 });
  store.announce({ address });
  return { store, heed, address, close: server.close };
}
