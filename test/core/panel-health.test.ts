import { describe, expect, test } from "vitest";
import { createChance } from "../../simulators/chance.ts";
import { faultyPanels, noPanelRuns, panelSettings, takePanelCounts } from "../../src/core/panel-health.ts";
import type { PerPanel } from "../../src/domain/panels.ts";

const settings = panelSettings.parse({});

const judged = (series: readonly PerPanel[]): ReturnType<typeof faultyPanels> => {
  const runs = noPanelRuns();
  let isAnyFaulty = false;
  for (const counts of series) isAnyFaulty = takePanelCounts(settings, runs, counts);
  const faulty = faultyPanels(settings, runs);
  expect(isAnyFaulty).toBe(faulty.dead.length + faulty.stuck.length > 0);
  return faulty;
};

const alive: readonly PerPanel[] = Array.from({ length: 20 }, (_, at) => [
  70 + (at % 7),
  75 + (at % 5),
  80 + (at % 3),
  78 - (at % 4),
]);
const repeat = (counts: PerPanel, times: number): readonly PerPanel[] =>
  Array.from({ length: times }, () => counts);

describe("panels", () => {
  test.each([
    ["all alive", alive, { dead: [], stuck: [] }],
    ["four zeros are too few", [...alive, ...repeat([0, 71, 82, 79], 4)], { dead: [] }],
    ["a fifth zero is a dead panel", [...alive, ...repeat([0, 71, 82, 79], 5)], { dead: ["master-upper"] }],
    ["a bank that is not there is not dead", repeat([70, 0, 80, 0], 9), { dead: [], stuck: [] }],
    ["nine equal counts are too few", [...alive, ...repeat([1, 2, 88, 3], 9)], { stuck: [] }],
    ["ten equal counts stand still", [...alive, ...repeat([1, 2, 88, 3], 10)], { stuck: ["slave-upper"] }],
    [
      "the largest counts stand still like others",
      repeat([999_999, 1, 1, 1], 10),
      { stuck: ["master-upper"] },
    ],
    ["it moves again", [...alive, ...repeat([1, 2, 88, 3], 10), [1, 2, 89, 3] as const], { stuck: [] }],
  ] as const)("%s", (_, series, expected) => {
    expect(judged(series)).toMatchObject(expected);
  });

  test("a day of Poisson counts gives no false call (seed day)", () => {
    const chance = createChance("day");
    const runs = noPanelRuns();
    let calls = 0;
    for (let interval = 0; interval < 432_000; interval += 1) {
      const means = [77, 40, 22, 2] as const;
      const [a, b, c, d] = means.map((mean) => chance.poisson(mean));
      if (takePanelCounts(settings, runs, [a ?? 0, b ?? 0, c ?? 0, d ?? 0])) {
        calls += faultyPanels(settings, runs).stuck.length;
      }
    }
    expect(calls).toBe(0);
  });
});
