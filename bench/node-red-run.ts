import { setTimeout as sleep } from "node:timers/promises";
import { connectAsync, type MqttClient } from "mqtt";
import { z } from "zod";
import type { Mosquitto } from "../test/services/mosquitto.ts";
import { type Figure, latencyFigures } from "./figures.ts";
import { cpuSeconds, residentBytes } from "./machine.ts";
import type { Contender } from "./node-red-contenders.ts";
import type { Said } from "./node-red-traffic.ts";

export interface ContenderRun {
  /** From publishing what makes a word due to receiving it, at real rates, milliseconds. */
  readonly latenciesMs: readonly number[];
  readonly pacedPerS: number;
  /** All at once: messages, and seconds until the last word that they make due. */
  readonly flooded: number;
  readonly floodedInS: number;
  readonly cpuPacedS: number;
  readonly pacedCount: number;
  readonly cpuFloodS: number;
  readonly resident: number;
  readonly missing: number;
  /** `lane ordinal counts threshold`, where the words tell it. */
  readonly told: ReadonlySet<string>;
}

/** Messages that the broker has not acknowledged yet. */
const underWayMax = 2_000;
/** Without another word for so long, the rest is missing. */
const nextWithinMs = 15_000;

const wordSchema = z.looseObject({
  alarms: z.number(),
  counts: z.number().optional(),
  threshold: z.number().optional(),
});

/** When each word came: the lane's first, second and so on. */
interface Ear {
  readonly cameAt: ReadonlyMap<string, readonly number[]>;
  readonly count: () => number;
  readonly told: ReadonlySet<string>;
}

const listen = async (client: MqttClient, filter: string): Promise<Ear> => {
  const level = filter.split("/").indexOf("+");
  const cameAt = new Map<string, number[]>();
  const told = new Set<string>();
  let count = 0;
  client.on("message", (topic, payload) => {
    const now = performance.now();
    const lane = topic.split("/")[level] ?? "";
    const { alarms, counts, threshold } = wordSchema.parse(JSON.parse(payload.toString("utf8")));
    const times = cameAt.get(lane) ?? [];
    cameAt.set(lane, times);
    // A state that tells of two new alarms at once tells of both.
    for (; times.length < alarms; count += 1) times.push(now);
    if (counts !== undefined && threshold !== undefined) told.add(`${lane} ${alarms} ${counts} ${threshold}`);
  });
  await client.subscribeAsync(filter, { qos: 1 });
  return { cameAt, count: () => count, told };
};

interface Due {
  readonly laneId: string;
  readonly ordinal: number;
  readonly publishedAt: number;
}

const publishAll = async (
  client: MqttClient,
  messages: readonly Said[],
  options: { readonly isPaced: boolean; readonly onPublished: (said: Said) => void },
): Promise<void> => {
  const [startedAt, firstMs] = [performance.now(), messages[0]?.atMs ?? 0];
  let underWay = 0;
  let wake = (): void => undefined;
  for (const said of messages) {
    if (options.isPaced) {
      const restMs = said.atMs - firstMs - (performance.now() - startedAt);
      if (restMs > 1) await sleep(restMs);
    }
    while (underWay >= underWayMax) await new Promise<void>((resolve) => (wake = resolve));
    underWay += 1;
    options.onPublished(said);
    client.publish(`bench/in/${said.laneId}`, said.payload, { qos: 1 }, () => {
      underWay -= 1;
      wake();
    });
  }
};

/** The words due of these messages; `ordinals` goes on from one part of the messages to the next. */
const dueNotes = (
  { isDue }: Contender,
  ordinals: Map<string, number>,
): { readonly due: Due[]; readonly note: (said: Said) => void } => {
  const due: Due[] = [];
  const note = (said: Said): void => {
    if (!isDue(said)) return;
    const ordinal = (ordinals.get(said.laneId) ?? 0) + 1;
    ordinals.set(said.laneId, ordinal);
    due.push({ laneId: said.laneId, ordinal, publishedAt: performance.now() });
  };
  return { due, note };
};

const untilCount = async (ear: Ear, count: number): Promise<void> => {
  let [before, deadline] = [ear.count(), performance.now() + nextWithinMs];
  while (ear.count() < count && performance.now() < deadline) {
    await sleep(20);
    if (ear.count() > before) deadline = performance.now() + nextWithinMs;
    before = ear.count();
  }
};

export const runContender = async (options: {
  readonly contender: Contender;
  readonly broker: Mosquitto;
  readonly messages: readonly Said[];
  readonly pacedS: number;
}): Promise<ContenderRun> => {
  const { contender, broker, messages, pacedS } = options;
  const [speaker, listener] = await Promise.all([connectAsync(broker.url), connectAsync(broker.url)]);
  try {
    const ear = await listen(listener, contender.says);
    const paced = messages.filter(({ atMs }) => atMs < pacedS * 1_000);
    const flood = messages.slice(paced.length);
    const ordinals = new Map<string, number>();
    const cpu = (): number => cpuSeconds(contender.pid);
    const cameAt = ({ laneId, ordinal }: Due): number | undefined => ear.cameAt.get(laneId)?.[ordinal - 1];

    const [first, cpuAtStart, startedAt] = [dueNotes(contender, ordinals), cpu(), performance.now()];
    await publishAll(speaker, paced, { isPaced: true, onPublished: first.note });
    await untilCount(ear, first.due.length);
    const pacedPerS = paced.length / ((performance.now() - startedAt) / 1_000);
    const cpuPacedS = cpu() - cpuAtStart;

    const [second, cpuAtFlood, floodedAt] = [dueNotes(contender, ordinals), cpu(), performance.now()];
    await publishAll(speaker, flood, { isPaced: false, onPublished: second.note });
    await untilCount(ear, first.due.length + second.due.length);
    const lastAt = Math.max(...second.due.map((due) => cameAt(due) ?? floodedAt));
    const all = [...first.due, ...second.due];
    return {
      latenciesMs: first.due.flatMap((due) => {
        const at = cameAt(due);
        return at === undefined ? [] : [at - due.publishedAt];
      }),
      ...{ pacedPerS, cpuPacedS, pacedCount: paced.length, flooded: flood.length },
      floodedInS: (lastAt - floodedAt) / 1_000,
      cpuFloodS: cpu() - cpuAtFlood,
      resident: residentBytes(contender.pid),
      missing: all.filter((due) => cameAt(due) === undefined).length,
      told: ear.told,
    };
  } finally {
    await Promise.all([speaker.endAsync(true), listener.endAsync(true)]);
  }
};

export const figuresOf = (name: string, run: ContenderRun): readonly Figure[] => [
  { measurement: `${name}: sustained`, unit: "messages/s", value: run.flooded / run.floodedInS },
  {
    measurement: `${name}: CPU, all at once`,
    unit: "µs/message",
    value: (run.cpuFloodS / run.flooded) * 1e6,
  },
  {
    measurement: `${name}: CPU, at real rates`,
    unit: "µs/message",
    value: (run.cpuPacedS / run.pacedCount) * 1e6,
  },
  ...latencyFigures(`${name}: at ${Math.round(run.pacedPerS)} messages/s`, run.latenciesMs),
  { measurement: `${name}: resident`, unit: "MB", value: run.resident / 1e6 },
];
