import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    reporters: process.env["CI"] === undefined ? ["default"] : ["default", "./test/closing-line.ts"],
    coverage: {
      provider: "v8",
      include: ["src/**", "drivers/**", "simulators/**"],
      exclude: ["src/console/web/**"],
    },
  },
});
