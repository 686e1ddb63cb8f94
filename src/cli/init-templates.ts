/** The configuration of a new project: the smallest one that works, and what else there is, in comments. */
export const configTemplate = `import { defineConfig } from "heed/decide";

/** What Heed decides, and how. Plain data: it is checked when the server starts, and every wrong path is named. */
export default defineConfig({
  // Declare attributes to have them checked where they are written and completed where they are used.
  // entities: {
  //   item: { attributes: { genre: "string[]", year: "number" } },
  //   user: { attributes: { country: "string" } },
  // },
  surfaces: {
    /** GET /v1/recommend/{user}?surface=home */
    home: {
      decide: {
        // Show the unexpected now and then: what nobody is shown, nobody can like. Every answer logs its probabilities.
        policy: { type: "epsilon-greedy", epsilon: 0.1 },
        explore: { traffic: 1, from: 3 },
        // 1 is relevance alone; below it, items unlike those above are preferred.
        diversity: { lambda: 0.9 },
        rules: {
          // What a user had is not shown again.
          seen: [{ actions: ["view", "purchase", "rate", "like", "dislike", "skip"] }],
          // filters: [{ attribute: "year", gte: 1990 }],
          // boosts: [{ when: { attribute: "genre", eq: "Drama" }, multiply: 1.2 }],
          // quotas: [{ each: "genre", first: 10, atMost: 4 }],
          // pins: [{ item: "editors-choice", position: 1 }],
        },
      },
    },
  },
});
`;

/** A server to start from. */
export const serveTemplate = `import { closeOnSignals, createHttpServer, openHeed } from "heed/serve";
import { openStore } from "heed/store";
import config from "./heed.config.js";

const home = process.env.HEED_HOME || ".heed";
const port = Number(process.env.HEED_PORT || 4141);

const store = await openStore(home);
const heed = await openHeed({ store, config, report: (problem) => console.error(problem.message) });
const server = await createHttpServer(heed, { home, backup: store.backup });
const address = await server.listen({ port });
// So that \`heed import\`, \`heed export\` and the other commands find the server that holds the data folder.
store.announce({ address });
closeOnSignals(server.close);
console.log(\`Heed serves \${address} (reference: \${address}/reference)\`);
`;

export const packageTemplate = `${JSON.stringify(
  { name: "my-heed", private: true, type: "module", scripts: { start: "tsx serve.ts" } },
  null,
  2,
)}\n`;
