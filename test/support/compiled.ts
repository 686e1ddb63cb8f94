import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync } from "node:fs";
import { join } from "node:path";

/**
 * Compiles a file of test/support, and what it imports, so that plain Node can run it as a process of its own; answers the
 * path of the JavaScript. The output lies below node_modules, where packages are found from it.
 */
export function compiled(file: string): string {
  const cache = join("node_modules", ".cache");
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "heed-test-"));
  copyFileSync("package.json", join(folder, "package.json"));
  const options =
    "--rootDir . --target es2023 --lib es2023 --module nodenext --types node --strict --skipLibCheck --exactOptionalPropertyTypes";
  const source = join("test", "support", file);
  execFileSync("npx", ["tsc", "--ignoreConfig", ...options.split(" "), "--outDir", folder, source], {
    stdio: "inherit",
  });
  return join(folder, source.replace(/\.ts$/, ".js"));
}
