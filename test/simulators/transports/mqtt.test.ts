import { afterEach, describe, expect, it } from "vitest";
import { jsonMqtt } from "../../../drivers/json-mqtt/driver.ts";
import { rapiscanLine } from "../../../drivers/rapiscan-line/driver.ts";
import { portalEmissions } from "../../../simulators/portals/rapiscan-portal.ts";
import { parseScenario } from "../../../simulators/scenario.ts";
import { documentOfLine } from "../../../simulators/transports/mqtt-documents.ts";
import { type MqttOptions, openMqttTransport } from "../../../simulators/transports/mqtt.ts";
import { mqttSource } from "../../../src/adapters/mqtt-source.ts";
import { sourceSettingsSchema } from "../../../src/edge/source-settings.ts";
import type { Message } from "../../../src/domain/messages.ts";
import { isOpen, recordSource, type SourceRecorder } from "../../adapters/source-recorder.ts";
import { decodeWhole } from "../../drivers/decoding.ts";
import { startAedes } from "../aedes-broker.ts";

const put: (() => unknown)[] = [];
afterEach(async () => {
  for (const away of put.splice(0).reverse()) await away();
});

const startBroker = async (): Promise<string> => {
  const { url, stop } = await startAedes();
  put.push(stop);
  return url;
};

const listen = async (url: string): Promise<SourceRecorder> => {
  const settings = sourceSettingsSchema.parse({ kind: "mqtt", url, topic: "portals/1", protocolVersion: 4 });
  if (settings.kind !== "mqtt") throw new Error("not mqtt");
  const recorder = recordSource(mqttSource(settings));
  await recorder.until(isOpen);
  put.push(async () => {
    recorder.stop();
    await recorder.ended;
  });
  return recorder;
};

const publish = async (
  url: string,
  format: MqttOptions["format"],
  pieces: readonly Uint8Array[],
): Promise<void> => {
  const transport = await openMqttTransport({
    url,
    topic: "portals/1",
    format,
    epoch: "run-1",
    protocolVersion: 4,
    onProblem: (message) => {
      throw new Error(message);
    },
  });
  for (const piece of pieces) transport.send(piece);
  await transport.close();
};

const spoken = (): readonly Uint8Array[] => {
  const [planned] = parseScenario({
    seed: 5,
    durationS: 30,
    lanes: [
      {
        id: "one",
        transport: { kind: "tcp", port: 0 },
        arrivalsPerHour: 0,
        vehicles: [{ atS: 6, load: "252Cf" }],
        faults: [{ kind: "half-line", atS: 4, count: 2 }],
      },
    ],
  }).lanes;
  if (planned === undefined) throw new Error("no lane");
  return [...portalEmissions(planned.lane)].flatMap((each) => (each.kind === "bytes" ? [each.bytes] : []));
};

const compared = new Set<Message["kind"]>([
  "gamma-background",
  "gamma-interval",
  "neutron-interval",
  "energy-window-background",
  "energy-window-interval",
  "occupancy-closed",
  "tamper",
]);
const comparedOf = (messages: readonly Message[]): readonly Message[] =>
  messages.filter(({ kind }) => compared.has(kind));

describe("a simulated lane on a broker", () => {
  it("says in lines what it says on a wire", async () => {
    const url = await startBroker();
    const recorder = await listen(url);
    const pieces = spoken();
    const whole = Buffer.concat(pieces);
    const wire = whole.subarray(0, whole.lastIndexOf(0x0a) + 1);
    await publish(url, "lines", pieces);
    await recorder.until((each) => each.bytes().length >= wire.length);
    expect(Buffer.compare(recorder.bytes(), wire)).toBe(0);
  });

  it("says the same in documents, numbered without a gap", async () => {
    const url = await startBroker();
    const recorder = await listen(url);
    const pieces = spoken();
    const wire = decodeWhole(rapiscanLine.codec({}), Buffer.concat(pieces)).map(({ message }) => message);
    const read = (): readonly Message[] =>
      decodeWhole(jsonMqtt.codec({}), recorder.bytes()).map(({ message }) => message);
    await publish(url, "json", pieces);
    await recorder.until(() => comparedOf(read()).length >= comparedOf(wire).length);
    expect(comparedOf(read())).toEqual(comparedOf(wire));
    const numbers = [
      ...Buffer.from(recorder.bytes())
        .toString()
        .matchAll(/"sequence":(\d+),"epoch":"run-1"/g),
    ];
    expect(numbers.map(([, number]) => Number(number))).toEqual(numbers.map((_, at) => at));
    expect(numbers.length).toBeGreaterThan(80);
  });

  it("is refused by a broker that is not there, in one sentence", async () => {
    const options = { topic: "portals/1", format: "json", epoch: "a", onProblem: () => undefined } as const;
    await expect(openMqttTransport({ ...options, url: "mqtt://127.0.0.1:1" })).rejects.toThrow(
      "The broker mqtt://127.0.0.1:1 cannot be used for portals/1: ",
    );
  });
});

describe("the document of a line", () => {
  it.each([
    [
      "GS,000071,000061,000065,000080",
      '{"kind":"gamma-interval","counts":[71,61,65,80],"alarm":false,"n":1}',
    ],
    [
      "NH,000103,000000,000002,000000",
      '{"kind":"neutron-background","cps":[103,0,2,0],"level":"high","n":1}',
    ],
    ["SP,0.1419,04.805,007.73,000000", '{"kind":"speed","kph":7.73,"n":1}'],
    ["TT,000000,000000,000000,000000", '{"kind":"tamper","open":true,"n":1}'],
    ["RW,000000,000000,000000,000000", undefined],
    ["AX, -0.1242,  0.1434,  0.6573,  0.1374,  1.0091", undefined],
    ["GS,0000", "GS,0000"],
    ["\xff?", "\xff?"],
  ])("%s", (line, document) => {
    expect(documentOfLine(line, () => ({ n: 1 }))).toBe(document);
  });
});
