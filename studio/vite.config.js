import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "/studio/",
  plugins: [react(), tailwindcss()],
  build: {
    outDir: "../dist/studio",
    emptyOutDir: true,
    // An inlined asset would be a data: address, which the content security policy refuses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2023",
    reportCompressedSize: false,
  },
  // `npm run dev --workspace @heed/studio` beside a running `heed up`.
  server: { proxy: { "/v1": "http://127.0.0.1:4141", "/healthz": "http://127.0.0.1:4141" } },
});
