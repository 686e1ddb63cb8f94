import { defineConfig } from "rolldown";

/** @type {(input: string, file: string, format: "esm" | "iife") => import("rolldown").RolldownOptions} */
const bundle = (input, file, format) => ({
  input,
  platform: "browser",
  transform: { target: "es2020" },
  output: { file, format, minify: true, comments: false },
});

export default defineConfig([
  bundle("src/index.ts", "dist/index.js", "esm"),
  bundle("src/script.ts", "dist/heed.js", "iife"),
]);
