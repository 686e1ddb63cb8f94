import { defineConfig } from "vitest/config";

// Bounds in seconds hold on a machine that does nothing else.
const alone = "test/browser.test.ts";

export default defineConfig({
  test: {
    globalSetup: "test/support/build.ts",
    // Two cores: training tests already use both through ONNX Runtime.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: "first minute",
          include: [alone],
          testTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "all else",
          include: ["test/**/*.test.ts", "browser/test/**/*.test.ts", "studio/test/**/*.test.ts"],
          exclude: [alone, "**/node_modules/**"],
          testTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
