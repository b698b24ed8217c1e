import { XMLParser, XMLValidator } from "fast-xml-parser";
import { LanewatchError } from "../domain/errors.ts";
import type { WallMs } from "../domain/units.ts";
import { wallMs } from "../domain/units.ts";
import { plainBlank } from "./non-blank.ts";

/** What a document of N42.42-2011 says, as far as portals' counts and alarms go; spectra and dose rates are passed over. */
export interface N42Document {
  readonly manufacturerName: string;
  readonly modelName: string;
  readonly classCode: string;
  readonly remarks: readonly string[];
  readonly detectors: readonly N42Detector[];
  readonly energyWindows: readonly N42EnergyWindows[];
  readonly measurements: readonly N42Measurement[];
  readonly alarms: readonly N42Alarm[];
}

export interface N42Detector {
  readonly detectorId: string;
  readonly category: string;
  readonly kind: string;
}

export interface N42EnergyWindows {
  readonly energyWindowsId: string;
  readonly startsKev: readonly number[];
  readonly endsKev: readonly number[];
}

export interface N42Measurement {
  readonly measurementId: string;
  readonly groupIds: readonly string[];
  readonly measurementClass: string;
  readonly startedAt: WallMs;
  readonly realTimeInSeconds: number;
  readonly grossCounts: readonly {
    readonly detectorId: string;
    readonly energyWindowsId: string | null;
    readonly liveTimeInSeconds: number;
    readonly counts: readonly number[];
  }[];
  readonly speedMps: number | null;
  /** Null where the document does not say. */
  readonly isOccupied: boolean | null;
}

export interface N42Alarm {
  readonly raisedAt: WallMs | null;
  readonly category: string;
  readonly description: string;
  readonly detectorIds: readonly string[];
}

/** 16 MiB: ten times the largest document that this program writes. A longer one is refused before it is parsed. */
export const n42BytesMax = 16 * 1024 * 1024;

/**
 * Reads a document; what stands before the root element's beginning or after its end (control bytes of a framing) is
 * passed over. @throws LanewatchError `record-unreadable` too long, with a document type declaration (no entities are
 * ever expanded), not well-formed, not of the standard, or with counts, times or durations that are none.
 */
export const readN42 = (text: string): N42Document => {
  if (text.length > n42BytesMax) throw unreadable("is longer than 16 MiB");
  if (/<!DOCTYPE/i.test(text)) throw unreadable("declares a document type");
  const document = bare(text);
  // Deprecated for a package of its own that does the same and brings another: not worth one here.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  const validity = XMLValidator.validate(document);
  if (validity !== true) throw unreadable(`is not well-formed XML (line ${validity.err.line})`);
  const root = only(parsed(document), rootName);
  if (root === null) throw unreadable("has no RadInstrumentData");
  return documentOf(root);
};

const rootName = "RadInstrumentData";

const unreadable = (why: string, cause?: unknown): LanewatchError =>
  new LanewatchError("record-unreadable", `The N42 document ${why}.`, cause);

/** From the first `<` to the end of the root element. */
const bare = (text: string): string => {
  const ending = `</${rootName}>`;
  const end = text.lastIndexOf(ending);
  return text.slice(Math.max(0, text.indexOf("<")), end < 0 ? text.length : end + ending.length);
};

const parser = new XMLParser({
  attributeNamePrefix: "@",
  ignoreAttributes: false,
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: true,
  alwaysCreateTextNode: true,
  textNodeName: "#",
  processEntities: true,
  isArray: (_name, _path, _isLeaf, isAttribute) => !isAttribute,
});

type Node = Readonly<Record<string, unknown>>;

const parsed = (document: string): Node => {
  try {
    return asNode(parser.parse(document));
  } catch (cause) {
    throw unreadable("is not well-formed XML", cause);
  }
};

const asNode = (value: unknown): Node =>
  typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};

const all = (node: Node, name: string): readonly Node[] => {
  const found = node[name];
  return Array.isArray(found) ? found.map(asNode) : [];
};
const only = (node: Node, name: string): Node | null => all(node, name)[0] ?? null;

const own = (node: Node): string => {
  const found = node["#"];
  return typeof found === "string" ? found : "";
};
const text = (node: Node, name: string): string => plainBlank(own(only(node, name) ?? {}));
const attribute = (node: Node, name: string): string => {
  const found = node[`@${name}`];
  return typeof found === "string" ? found : "";
};

const words = (said: string): readonly string[] => said.split(/\s+/).filter((word) => word !== "");

const numbers = (said: string, what: string): readonly number[] =>
  words(said).map((word) => {
    const value = Number(word);
    if (!Number.isFinite(value) || value < 0) throw unreadable(`has ${what} that is no number`);
    return value;
  });

const documentOf = (root: Node): N42Document => {
  const instrument = only(root, "RadInstrumentInformation") ?? {};
  return {
    manufacturerName: text(instrument, "RadInstrumentManufacturerName"),
    modelName: text(instrument, "RadInstrumentModelName"),
    classCode: text(instrument, "RadInstrumentClassCode"),
    remarks: all(root, "Remark").map(own),
    detectors: all(root, "RadDetectorInformation").map((node) => ({
      detectorId: attribute(node, "id"),
      category: text(node, "RadDetectorCategoryCode"),
      kind: text(node, "RadDetectorKindCode"),
    })),
    energyWindows: all(root, "EnergyWindows").map((node) => ({
      energyWindowsId: attribute(node, "id"),
      startsKev: numbers(text(node, "WindowStartEnergyValues"), "an energy"),
      endsKev: numbers(text(node, "WindowEndEnergyValues"), "an energy"),
    })),
    measurements: all(root, "RadMeasurement").map(measurementOf),
    alarms: all(root, "AnalysisResults").flatMap((analysis) => all(analysis, "RadAlarm").map(alarmOf)),
  };
};

const measurementOf = (node: Node): N42Measurement => {
  const speed = all(node, "RadItemState")
    .map((state) => text(only(state, "StateVector") ?? {}, "SpeedValue"))
    .find((said) => said !== "");
  return {
    measurementId: attribute(node, "id"),
    groupIds: words(attribute(node, "radMeasurementGroupReferences")),
    measurementClass: text(node, "MeasurementClassCode"),
    startedAt: time(text(node, "StartDateTime")),
    realTimeInSeconds: seconds(text(node, "RealTimeDuration")),
    grossCounts: all(node, "GrossCounts").map((gross) => ({
      detectorId: attribute(gross, "radDetectorInformationReference"),
      energyWindowsId: attribute(gross, "energyWindowsReference") || null,
      liveTimeInSeconds: seconds(text(gross, "LiveTimeDuration")),
      counts: numbers(text(gross, "CountData"), "a count"),
    })),
    speedMps: speed === undefined ? null : (numbers(speed, "a speed")[0] ?? null),
    isOccupied: occupied(text(node, "OccupancyIndicator")),
  };
};

/** `0`, `1`, `false` and `true` all occur. */
const occupied = (said: string): boolean | null => {
  if (said === "") return null;
  if (said === "1" || said === "true") return true;
  if (said === "0" || said === "false") return false;
  throw unreadable("has an occupancy indicator that is neither true nor false");
};

const alarmOf = (node: Node): N42Alarm => {
  const raised = text(node, "RadAlarmDateTime");
  return {
    raisedAt: raised === "" ? null : time(raised),
    category: text(node, "RadAlarmCategoryCode"),
    description: text(node, "RadAlarmDescription"),
    detectorIds: words(attribute(node, "radDetectorInformationReferences")),
  };
};

const time = (said: string): WallMs => {
  const at = /^\d{4}-\d\d-\d\dT/.test(said) ? Date.parse(said) : NaN;
  if (Number.isNaN(at)) throw unreadable("has a time that is none");
  return wallMs(at);
};

const durationPattern = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

const seconds = (said: string): number => {
  const parts = durationPattern.exec(said);
  if (parts === null || said.endsWith("P") || said.endsWith("T"))
    throw unreadable("has a duration that is none");
  const [days, hours, minutes, rest] = parts.slice(1).map((part) => Number(part || 0));
  return (days ?? 0) * 86_400 + (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (rest ?? 0);
};
