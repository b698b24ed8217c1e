import { XMLParser } from "fast-xml-parser";

/** Children in their order, with `?`, `*` or `+` behind the names that may be absent or repeated. */
const children: Readonly<Record<string, string>> = {
  RadInstrumentData:
    "Remark* RadInstrumentDataCreatorName? RadInstrumentInformation RadDetectorInformation+ RadItemInformation* EnergyWindows* RadMeasurementGroup* RadMeasurement* AnalysisResults*",
  RadInstrumentInformation:
    "Remark* RadInstrumentManufacturerName RadInstrumentIdentifier? RadInstrumentModelName RadInstrumentDescription? RadInstrumentClassCode RadInstrumentVersion+",
  RadInstrumentVersion: "RadInstrumentComponentName RadInstrumentComponentVersion",
  RadDetectorInformation:
    "Remark* RadDetectorName? RadDetectorCategoryCode RadDetectorKindCode RadDetectorDescription?",
  RadItemInformation: "Remark* RadItemDescription? RadItemCharacteristics*",
  RadItemCharacteristics: "Characteristic+",
  Characteristic:
    "CharacteristicName CharacteristicValue CharacteristicValueUnits CharacteristicValueDataClassCode",
  EnergyWindows: "Remark* WindowStartEnergyValues WindowEndEnergyValues",
  RadMeasurementGroup: "",
  RadMeasurement:
    "Remark* MeasurementClassCode StartDateTime RealTimeDuration GrossCounts* RadItemState* OccupancyIndicator?",
  GrossCounts: "LiveTimeDuration CountData",
  RadItemState: "StateVector?",
  StateVector: "SpeedValue?",
  AnalysisResults:
    "Remark* AnalysisAlgorithmName? AnalysisAlgorithmCreatorName? AnalysisAlgorithmDescription? AnalysisAlgorithmVersion* AnalysisAlgorithmSetting* AnalysisResultStatusCode? AnalysisResultDescription? RadAlarm*",
  AnalysisAlgorithmVersion: "AnalysisAlgorithmComponentName AnalysisAlgorithmComponentVersion",
  AnalysisAlgorithmSetting:
    "AnalysisAlgorithmSettingName AnalysisAlgorithmSettingValue AnalysisAlgorithmSettingUnits",
  RadAlarm: "RadAlarmDateTime? RadAlarmCategoryCode RadAlarmDescription? RadAlarmEnergyWindowIndices?",
};

/** Text that the standard's `NonBlankString` takes. */
const nonBlankNames =
  /^(RadInstrument(DataCreatorName|ManufacturerName|Identifier|ModelName|Component\w+)|CharacteristicName|CharacteristicValue|CharacteristicValueUnits|AnalysisAlgorithmSetting\w+)$/;
const word = String.raw`[^\p{P}\p{Z}\p{C}]| `;
const nonBlank = new RegExp(`^(${word})*[^ \\t\\n\\r]+(${word})*$`, "u");

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  parseTagValue: false,
  trimValues: true,
});

/**
 * What a document of ours would be refused for, as far as the elements it uses go: order and number of elements, ids
 * that are unique, references that lead somewhere, texts that may not be blank. For where the schema itself is not.
 */
export const structureErrors = (document: string): readonly string[] => {
  const errors: string[] = [];
  const ids = new Set<string>();
  const references = new Set<string>();
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    const entries = Object.entries(node);
    const attributes: unknown = entries.find(([name]) => name === ":@")?.[1] ?? {};
    for (const [name, value] of Object.entries(attributes as object)) {
      if (name === "@id" && ids.size === ids.add(String(value)).size) errors.push(`${String(value)} twice`);
      if (/References?$/.test(name)) for (const id of String(value).split(" ")) references.add(id);
    }
    for (const [name, content] of entries) {
      if (name === ":@" || name === "#text" || name.startsWith("?") || !Array.isArray(content)) continue;
      const inner: readonly unknown[] = content;
      const names = inner.flatMap((child) =>
        Object.keys(child as object).filter((key) => key !== ":@" && key !== "#text"),
      );
      const order = children[name];
      if (order !== undefined && !orderPattern(order).test(names.map((child) => `${child} `).join("")))
        errors.push(`${name} has ${names.join(" ")}`);
      if (order === undefined && names.length > 0) errors.push(`${name} is not known to have elements`);
      const said = inner.map((child) => (child as Record<string, unknown>)["#text"]).join("");
      if (nonBlankNames.test(name) && !nonBlank.test(said)) errors.push(`${name} is '${said}'`);
      inner.forEach(visit);
    }
  };
  const parsed: unknown = parser.parse(document);
  if (!Array.isArray(parsed)) return ["is no document"];
  parsed.forEach(visit);
  for (const id of references) if (!ids.has(id)) errors.push(`${id} is nowhere`);
  return errors;
};

const orderPattern = (order: string): RegExp =>
  new RegExp(`^${order.replace(/(\w+)([?*+]?) ?/g, "(?:$1 )$2")}$`);
