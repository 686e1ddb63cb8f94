import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts", "browser/test/**/*.test.ts"],
    globalSetup: "test/support/build.ts",
    // Two cores: training tests already use both through ONNX Runtime.
    maxWorkers: 2,
    testTimeout: 60_000,
  },
});
