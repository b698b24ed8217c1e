import { readConfigFile } from "../adapters/config-file.ts";
import type { SiteConfig } from "../config.ts";
import { endpointOf } from "../edge/source-settings.ts";
import { textTable } from "../text-table.ts";

/** What a good configuration says, as a table: one line a lane. @throws like `readConfigFile`. */
export const check = async (path: string): Promise<readonly string[]> => {
  const config = await readConfigFile(path);
  return [`${path} is good: ${config.site.name}, ${lanesText(config)}.`, "", ...laneTable(config)];
};

const lanesText = ({ lanes }: SiteConfig): string =>
  lanes.length === 1 ? "1 lane" : `${lanes.length} lanes`;

const laneTable = ({ lanes }: SiteConfig): readonly string[] =>
  textTable(
    [
      { title: "lane", align: "left" },
      { title: "name", align: "left" },
      { title: "driver", align: "left" },
      { title: "source", align: "left" },
      { title: "gamma rule", align: "left" },
    ],
    lanes.map(({ laneId, name, driver, source, settings }) => {
      const { nSigma, groups, windowIntervals } = settings.grossCount;
      const rule = `N = ${nSigma} over ${windowIntervals} intervals: ${groups.join(", ")}`;
      return [laneId, name, driver.kind, endpointOf(source), rule];
    }),
  );
