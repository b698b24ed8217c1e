import { readConfigFile } from "../adapters/config-file.ts";
import { checkKafka } from "../adapters/kafka-check.ts";
import type { KafkaFinding } from "../adapters/kafka-findings.ts";
import { systemClock } from "../adapters/system-clock.ts";
import type { LaneConfig, SiteConfig } from "../config.ts";
import { LanewatchError } from "../domain/errors.ts";
import { endpointOf } from "../edge/source-settings.ts";
import { textTable } from "../text-table.ts";

export interface CheckOptions {
  readonly config: string;
  /** Connects to nothing: the configuration alone. */
  readonly isOffline: boolean;
  readonly print: (lines: readonly string[]) => void;
}

/**
 * What a good configuration says, one line a lane; then, with a log in Kafka, whether brokers and topics are as it needs
 * them, one line a finding. Nothing is changed.
 * @throws like `readConfigFile`; LanewatchError `log-failed` where Kafka is not as it must be, after all is printed;
 * `file-unreadable` for a certificate or password.
 */
export const check = async ({ config: path, isOffline, print }: CheckOptions): Promise<void> => {
  const config = await readConfigFile(path);
  print([`${path} is good: ${config.site.name}, ${lanesText(config)}.`, "", ...laneTable(config)]);
  if (config.kafka === null) return;
  if (isOffline) {
    print(["", "Kafka was not looked at (--offline)."]);
    return;
  }
  const findings = await checkKafka(config.kafka, { clock: systemClock });
  print(["", ...findingTable(findings)]);
  const bad = findings.filter(({ ok }) => !ok).length;
  if (bad > 0)
    throw new LanewatchError(
      "log-failed",
      `Kafka is not as it must be: ${bad} of ${findings.length} findings.`,
    );
};

const lanesText = ({ lanes }: SiteConfig): string =>
  lanes.length === 1 ? "1 lane" : `${lanes.length} lanes`;

/** Gross count is on in every lane. */
const ruleCount = ({ settings }: LaneConfig): string => String(settings.rules.size + 1);

const withheldText = ({ settings: { withhold } }: LaneConfig): string =>
  withhold === null ? "nothing" : withhold.classes.join(", ");

const grossCountText = ({ settings: { grossCount } }: LaneConfig): string => {
  const { nSigma, groups, windowIntervals } = grossCount;
  return `N = ${nSigma} over ${windowIntervals} intervals: ${groups.join(", ")}`;
};

const laneTable = ({ lanes }: SiteConfig): readonly string[] =>
  textTable(
    [
      { title: "lane", align: "left" },
      { title: "name", align: "left" },
      { title: "driver", align: "left" },
      { title: "source", align: "left" },
      { title: "preset", align: "left" },
      { title: "rules on", align: "right" },
      { title: "withholds", align: "left" },
      { title: "gross count", align: "left" },
    ],
    lanes.map((lane) => [
      ...[lane.laneId, lane.name, lane.driver.kind, endpointOf(lane.source)],
      ...[lane.settings.preset, ruleCount(lane), withheldText(lane), grossCountText(lane)],
    ]),
  );

const findingTable = (findings: readonly KafkaFinding[]): readonly string[] =>
  textTable(
    [
      { title: "", align: "left" },
      { title: "Kafka", align: "left" },
      { title: "finding", align: "left" },
    ],
    findings.map(({ ok, subject, detail }) => [ok ? "ok" : "NOT OK", subject, detail]),
  );
