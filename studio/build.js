import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = new URL(".", import.meta.url);
const stamp = new URL("../dist/studio.fingerprint", import.meta.url);
const index = new URL("../dist/studio/index.html", import.meta.url);

/** One hash of everything the built Studio is made from. */
function fingerprint() {
  const hash = createHash("sha256").update(readFileSync(new URL("../package-lock.json", here)));
  const sources = readdirSync(new URL("src/", here), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`);
  const own = ["index.html", "vite.config.js", "package.json"].map((name) =>
    fileURLToPath(new URL(name, here)),
  );
  for (const file of [...sources, ...own].sort()) hash.update(readFileSync(file));
  return hash.digest("hex");
}

// `npm start` builds every time: a Studio that has not changed must not cost its seconds again.
const now = fingerprint();
if (!existsSync(index) || !existsSync(stamp) || readFileSync(stamp, "utf8") !== now) {
  const { build } = await import("vite");
  await build({ configFile: fileURLToPath(new URL("vite.config.js", here)), logLevel: "warn" });
  writeFileSync(stamp, now);
}
