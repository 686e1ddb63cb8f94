export interface Place {
  url: string;
  /** The key that was signed in with; null where the server has none. */
  secret: string | null;
}

function headers({ secret }: Place): string {
  return secret === null ? "" : ` \\\n  -H 'authorization: Bearer ${secret}'`;
}

const json = " \\\n  -H 'content-type: application/json'";

export const curl = {
  items: (place: Place) =>
    `curl -X PUT ${place.url}/v1/items${json}${headers(place)} \\
  -d '{"items":[{"item":"heat","title":"Heat","categories":["Crime"],"attributes":{"year":1995}}]}'`,
  event: (place: Place) =>
    `curl ${place.url}/v1/events${json}${headers(place)} \\
  -d '{"user":"ann","action":"view","item":"heat"}'`,
  recommend: (place: Place) => `curl '${place.url}/v1/recommend/ann?surface=home&limit=10'${headers(place)}`,
};

function call(place: Place): string {
  return place.secret === null
    ? "const headers = {};"
    : `const headers = { authorization: \`Bearer ${place.secret}\` }; // better: process.env.HEED_KEY`;
}

export const node = {
  event: (place: Place) =>
    `${call(place)}
const answer = await fetch("${place.url}/v1/events", {
  method: "POST",
  headers: { ...headers, "content-type": "application/json" },
  body: JSON.stringify({ id: crypto.randomUUID(), user: "ann", action: "view", item: "heat" }),
});
console.log(await answer.json()); // { accepted: 1, duplicates: 0, rejected: [] }`,
  recommend: (place: Place) =>
    `${call(place)}
const answer = await fetch("${place.url}/v1/recommend/ann?surface=home&limit=10", { headers });
const { request, items } = await answer.json();
for (const { item, title, reason } of items) console.log(title ?? item, reason);`,
};

/** Where the page is of another origin than Heed, the key is the publishable one. */
export function browserSdk(url: string, key: string): string {
  return `import { heed } from "@heed/browser";

heed.init({ url: "${url}", key: "${key}", surface: "home" });
heed.consent(true); // when the person agrees
heed.observe(document.getElementById("films"), { slate: request }); // the answer's request
heed.track("cart", { item: "heat", value: 12.5 });`;
}
