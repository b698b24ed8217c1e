import { defineConfig } from "vitest/config";

/** Tests that start brokers, databases or whole programs: one file after the other, when all others are through. */
const withPrograms = [
  "test/adapters/kafka-*.test.ts",
  "test/adapters/mqtt-*.test.ts",
  "test/deployment/services.test.ts",
  "test/e2e/**/*.test.ts",
  "test/faults/**/*.test.ts",
  "test/services/**/*.test.ts",
  "test/signals/signals.test.ts",
  "test/simulators/mqtt-lanes.test.ts",
];

export default defineConfig({
  test: {
    testTimeout: 20_000,
    hookTimeout: 60_000,
    reporters: process.env["CI"] === undefined ? ["default"] : ["default", "./test/closing-line.ts"],
    coverage: {
      provider: "v8",
      include: ["src/**", "drivers/**", "simulators/**"],
      exclude: ["src/console/web/**"],
    },
    projects: [
      {
        extends: true,
        test: {
          name: "alone",
          include: ["test/**/*.test.ts"],
          exclude: withPrograms,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "programs",
          include: withPrograms,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
