import type { Message, MessageKind, Setup, UndecodableReason } from "../../src/domain/messages.ts";
import {
  type ColumnOrder,
  choiceReader,
  countReader,
  Findings,
  flagReader,
  fourReader,
  naturalOrder,
  numberReader,
  type Reader,
} from "./fields.ts";
import { compilePath, valueAt } from "./paths.ts";
import type { JsonKind, JsonMqttSettings } from "./settings.ts";

/** What a document of one kind says. */
interface KindReader {
  readonly kind: JsonKind & MessageKind;
  readonly when: string;
  readonly read: Reader<Message>;
}

const kphOfMph = 1.609344;
const feetPerSecondOfKph = 1 / 1.09728;

const speedOf = (kph: number, maxSpeedKph: number): Message => ({
  kind: "speed",
  secondsPerFoot: kph > 0 ? 1 / (kph * feetPerSecondOfKph) : 0,
  mph: kph / kphOfMph,
  kph,
  valid: kph > 0 && kph <= maxSpeedKph,
});

const blocks = ["gamma-1", "gamma-2", "gamma-3", "neutron-1", "neutron-2"] as const;
/** A portal's setup has about twenty values; a document with more is no setup. */
const maxSetupValues = 64;
const maxSetupText = 64;

const isSetupValue = ([name, value]: readonly [string, unknown]): boolean =>
  name !== "" &&
  name.length <= maxSetupText &&
  (typeof value === "number"
    ? Number.isFinite(value)
    : typeof value === "string" && value.length <= maxSetupText);

const setupValues = (value: unknown, findings: Findings): Setup["values"] => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    findings.found(value === undefined ? "missing-field" : "bad-field");
    return {};
  }
  const entries = Object.entries(value);
  if (entries.length > maxSetupValues || !entries.every(isSetupValue)) findings.found("bad-field");
  return Object.fromEntries(entries);
};

const measuringKinds = ({ kinds, panelOrder }: JsonMqttSettings): readonly (KindReader | undefined)[] => {
  const cps = (field: Parameters<typeof fourReader>[0]["field"], order: ColumnOrder) =>
    fourReader({ field, order, areCounts: false });
  const counts = (field: Parameters<typeof fourReader>[0]["field"], order: ColumnOrder) =>
    fourReader({ field, order, areCounts: true });
  return [
    withKind(kinds["gamma-background"], "gamma-background", (settings) => {
      const readCps = cps(settings.cps, panelOrder);
      const readLevel = choiceReader(settings.level, ["normal", "high", "low"]);
      return (...from) => ({ kind: "gamma-background", cps: readCps(...from), level: readLevel(...from) });
    }),
    withKind(kinds["neutron-background"], "neutron-background", (settings) => {
      const { precision } = settings;
      const readCps = cps(settings.cps, panelOrder);
      const readLevel = choiceReader(settings.level, ["normal", "high"]);
      return (...from) => ({
        kind: "neutron-background",
        cps: readCps(...from),
        precision,
        level: readLevel(...from),
      });
    }),
    withKind(kinds["energy-window-background"], "energy-window-background", (settings) => {
      const readCps = cps(settings.cps, naturalOrder);
      return (...from) => ({ kind: "energy-window-background", cps: readCps(...from) });
    }),
    withKind(kinds["gamma-interval"], "gamma-interval", (settings) => {
      const readCounts = counts(settings.counts, panelOrder);
      const readAlarm = flagReader(settings.portalAlarm);
      return (...from) => ({
        kind: "gamma-interval",
        counts: readCounts(...from),
        portalAlarm: readAlarm(...from),
      });
    }),
    withKind(kinds["neutron-interval"], "neutron-interval", (settings) => {
      const readCounts = counts(settings.counts, panelOrder);
      const readAlarm = flagReader(settings.portalAlarm);
      return (...from) => ({
        kind: "neutron-interval",
        counts: readCounts(...from),
        portalAlarm: readAlarm(...from),
      });
    }),
    withKind(kinds["energy-window-interval"], "energy-window-interval", (settings) => {
      const readCounts = counts(settings.counts, naturalOrder);
      return (...from) => ({ kind: "energy-window-interval", counts: readCounts(...from) });
    }),
  ];
};

const otherKinds = ({ kinds, maxSpeedKph }: JsonMqttSettings): readonly (KindReader | undefined)[] => [
  withKind(kinds["energy-alarm"], "energy-alarm", (settings) => {
    const readChannel = countReader(settings.energyChannel);
    return (document, findings) => {
      const energyChannel = readChannel(document, findings);
      if (energyChannel < 1 || energyChannel > 3) findings.found("bad-field");
      return { kind: "energy-alarm", energyChannel, mask: "" };
    };
  }),
  withKind(kinds.speed, "speed", (settings) => {
    const readKph = numberReader(settings.kph);
    return (...from) => speedOf(readKph(...from), maxSpeedKph);
  }),
  withKind(kinds["occupancy-closed"], "occupancy-closed", (settings) => {
    const readNumber = countReader(settings.occupancyNumber);
    const readCps = numberReader(settings.neutronBackgroundCps);
    return (...from) => ({
      kind: "occupancy-closed",
      occupancyNumber: readNumber(...from),
      neutronBackgroundCps: readCps(...from),
    });
  }),
  withKind(kinds.tamper, "tamper", (settings) => {
    const readOpen = flagReader(settings.open);
    return (...from) => ({ kind: "tamper", state: readOpen(...from) ? "set" : "cleared" });
  }),
  withKind(kinds.setup, "setup", (settings) => {
    const readBlock = choiceReader({ path: settings.block, values: {} }, blocks);
    const values = compilePath(settings.values);
    return (document, findings) => ({
      kind: "setup",
      block: readBlock(document, findings),
      values: setupValues(valueAt(document, values), findings),
    });
  }),
];

const withKind = <Settings extends { readonly when: string }>(
  settings: Settings | null,
  kind: JsonKind,
  reader: (settings: Settings) => Reader<Message>,
): KindReader | undefined =>
  settings === null ? undefined : { kind, when: settings.when, read: reader(settings) };

/** A kind that nobody here knows is named in events, so it has to be a word. */
const tagForm = /^[\x20-\x7e]{1,40}$/;
/** Kept of a document of unknown kind; the whole of it stands in the frames. */
const maxOpaqueText = 256;

const printable = (text: string): string => text.replace(/[^\x20-\x7e]/g, "?").slice(0, maxOpaqueText);

/** The messages of one document in the order of the kinds' table, or why there are none. `text` is the document's own. */
export type DocumentReader = (document: unknown, text: string) => readonly Message[] | UndecodableReason;

export const documentReader = (settings: JsonMqttSettings): DocumentReader => {
  const kinds = [...measuringKinds(settings), ...otherKinds(settings)].filter((kind) => kind !== undefined);
  const messagesOf = (
    chosen: readonly KindReader[],
    document: unknown,
  ): readonly Message[] | UndecodableReason => {
    const findings = new Findings();
    const messages = chosen.map(({ read }) => read(document, findings));
    return findings.reason ?? messages;
  };
  if (settings.kindField === null) {
    const byPresence = kinds.map((kind) => ({ kind, path: compilePath(kind.when) }));
    return (document, text) => {
      const chosen = byPresence.filter(({ path }) => valueAt(document, path) !== undefined);
      if (chosen.length > 0)
        return messagesOf(
          chosen.map(({ kind }) => kind),
          document,
        );
      return [{ kind: "opaque", tag: "document", fields: [printable(text)], known: false }];
    };
  }
  const kindPath = compilePath(settings.kindField);
  const byValue = new Map(
    kinds.map(({ when }) => [when, kinds.filter((kind) => kind.when === when)] as const),
  );
  return (document, text) => {
    const value = valueAt(document, kindPath);
    if (value === undefined) return "missing-field";
    if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean")
      return "bad-field";
    const tag = String(value);
    const chosen = byValue.get(tag);
    if (chosen !== undefined) return messagesOf(chosen, document);
    return tagForm.test(tag)
      ? [{ kind: "opaque", tag, fields: [printable(text)], known: false }]
      : "bad-field";
  };
};
