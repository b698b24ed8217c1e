import { z } from "zod";
import { kafkaPartitionShare } from "../../src/adapters/kafka-share.ts";
import { systemClock } from "../../src/adapters/system-clock.ts";
import { kafkaSettingsSchema } from "../../src/kafka-settings.ts";

/** A member in a process of its own, to be killed: prints each share, a line of JSON each. */
const optionsSchema = z.strictObject({
  groupId: z.string(),
  instanceId: z.string().optional(),
  sessionTimeoutInMs: z.number(),
  heartbeatInMs: z.number(),
});
const [settings = "", options = ""] = process.argv.slice(2);
const { instanceId, ...rest } = optionsSchema.parse(JSON.parse(options));
const share = kafkaPartitionShare(kafkaSettingsSchema.parse(JSON.parse(settings)), {
  ...rest,
  ...(instanceId === undefined ? {} : { instanceId }),
  clock: systemClock,
  onProblem: ({ message }) => void process.stderr.write(`${message}\n`),
});
for await (const partitions of share.follow(new AbortController().signal))
  process.stdout.write(`${JSON.stringify([...partitions])}\n`);
