/**
 * What a decision costs: `npm run build && node bench/decide.js`. Milliseconds, median and 99th percentile. The world is
 * made up from a fixed seed: filters, an exclusion, already-seen over 300 past actions, a boost and two quotas.
 */
import { random } from "../dist/core/random.js";
import { decide, defineConfig, eligibility, topScores } from "../dist/decide/index.js";

const now = Date.parse("2025-01-01T00:00:00Z");
const day = 86_400_000;

function world(size) {
  const source = random(1, "bench", "decide");
  return Array.from({ length: size }, (_, i) => ({
    item: `item-${i}`,
    score: source.normal(),
    facts: {
      categories: [`category-${source.integer(12)}`],
      time: new Date(now - source.integer(90) * day).toISOString(),
      attributes: { price: source.uniform() * 100, brand: `brand-${source.integer(30)}` },
    },
    sources: [{ source: "model", rank: i + 1 }],
    evidence: { count: 100, total: source.integer(20) },
  }));
}

const rules = {
  filters: [{ attribute: "price", gt: 2 }, { not: { attribute: "categories", eq: "category-11" } }],
  exclude: ["item-3"],
  boosts: [{ when: { attribute: "time", within: "30d" }, multiply: 1.2 }],
  quotas: [
    { each: "brand", first: 10, atMost: 2 },
    { when: { attribute: "categories", eq: "category-3" }, first: 5, atLeast: 1 },
  ],
};
const past = Array.from({ length: 300 }, (_, i) => ({
  item: `item-${i * 7}`,
  action: "view",
  at: now - day,
}));
const request = (i) => ({ id: `01890a5d-ac96-774b-bcce-${i}`, seed: 1, now, limit: 10, past });
const configured = (rest) =>
  defineConfig({ surfaces: { home: { decide: { rules, ...rest } } } }).surfaces.home.decide;

function measure(name, runs, work) {
  for (let i = 0; i < runs; i++) work(i);
  const times = Array.from({ length: runs }, (_, i) => {
    const start = performance.now();
    work(i);
    return performance.now() - start;
  }).sort((a, b) => a - b);
  const at = (share) => times[Math.floor(share * runs)].toFixed(3).padStart(8);
  process.stdout.write(`${name.padEnd(58)}${at(0.5)}${at(0.99)}\n`);
}

process.stdout.write(`${"10 of".padEnd(58)}${"p50 ms".padStart(8)}${"p99 ms".padStart(8)}\n`);
const few = world(200);
for (const [name, rest] of Object.entries({
  greedy: {},
  "epsilon-greedy": { policy: { type: "epsilon-greedy" } },
  "epsilon-greedy, MMR": { policy: { type: "epsilon-greedy" }, diversity: { lambda: 0.7 } },
  softmax: { policy: { type: "softmax" } },
})) {
  const config = configured(rest);
  measure(`200 candidates, rules, ${name}`, 3000, (i) => decide(request(i), few, config));
}
for (const draws of [200, 1000]) {
  const config = configured({ policy: { type: "thompson", draws } });
  measure(`200 candidates, rules, Thompson, pool 50, ${draws} draws`, 150, (i) =>
    decide(request(i), few, config),
  );
}

const many = world(10_000);
const scores = Float64Array.from(many, ({ score }) => score);
const greedy = configured({});
measure("10,000 scores, partial selection of 200", 2000, () => topScores(scores, 200));
measure("10,000 scores, rules, selection of 200, then greedy", 2000, (i) => {
  const asked = request(i);
  const mayShow = eligibility(asked, greedy.rules);
  const best = topScores(scores, 200, (id) => mayShow(many[id].item, many[id].facts));
  return decide(
    asked,
    Array.from(best, (id) => many[id]),
    greedy,
  );
});
