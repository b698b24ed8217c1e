import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { format, resolveConfig } from "prettier";
import { eventClass } from "../src/domain/events.ts";
import { topicNames, topics } from "../src/wire/topics.ts";
import { readDocstrings } from "./docstrings.ts";
import { jsonSchemaOf, schemaId } from "./json-schema.ts";
import { published, type SchemaName, topicContents } from "./published.ts";

/** `tsx schemas/generate.ts` writes every file of this folder that is not a program. */
const folder = import.meta.dirname;
const hourInMs = 3_600_000;
const schemaNames = Object.keys(published) as readonly SchemaName[];

const policyOf = ({ policy, retentionInMs }: (typeof topics)[keyof typeof topics]): string => {
  if (retentionInMs === null) return policy;
  const hours = retentionInMs / hourInMs;
  return `${policy}, ${hours > 96 ? `${hours / 24} days` : `${hours} h`}`;
};

const linkTo = (name: SchemaName): string => `[${name}](${name}.json)`;
const row = (...cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

const topicRows = topicNames.map((topic) => {
  const { key, format: encoding, schemas } = topicContents[topic];
  return row(`\`${topic}\``, encoding, schemas.map(linkTo).join(", "), key, policyOf(topics[topic]));
});
const otherRows = schemaNames
  .filter((name) => published[name].where !== "topic")
  .map((name) => row(published[name].where, linkTo(name), published[name].title));

const kindsOf = (wanted: string): string =>
  Object.entries(eventClass)
    .filter(([, one]) => one === wanted)
    .map(([kind]) => `\`${kind}\``)
    .join(", ");

const readme = `# Published schemas

JSON Schema 2020-12 of everything that crosses a process boundary of lanewatch, for whoever reads its topics or speaks to its
console. Generated from the schemas that the program itself checks every record with, and from the docstrings of its types:
\`npx tsx schemas/generate.ts\`. A test keeps the files current and holds real records, whole and mutilated, against them.

## Topics

${[row("topic", "values", "schema", "key", "policy"), row("---", "---", "---", "---", "---"), ...topicRows].join("\n")}

- The records of one lane have the same partition number in every topic: 32-bit FNV-1a of the lane id, modulo the number of
  partitions. The records of an alarm are in its lane's partition.
- JSON values are \`{"v": 1, "value": …}\`. The version also stands in the topic's name.
- Frames are CBOR (RFC 8949), one map a record. Their schema describes the map as RFC 8949, section 6.1, converts it to JSON.
- Delivery is at least once: a reader drops what it has by \`eventId\`, \`alarmId\` with both versions, or \`commandId\`.
- Retention is what lanewatch asks for when it creates a topic.
- An officer's words come trimmed; that is the one rule a schema here cannot say.

\`lanewatch.events.v1\` has the kinds ${kindsOf("record")}; \`lanewatch.measurements.v1\` ${kindsOf("measurement")};
\`lanewatch.quarantine.v1\` ${kindsOf("quarantine")}.

## Console

${[row("where", "schema", "content"), row("---", "---", "---"), ...otherRows].join("\n")}

A schema's \`$id\` is a name, not an address: \`${schemaId("event.v1")}\`.
`;

/** Every generated file of this folder, by its name, as it should be. */
export const generatedFiles = async (): Promise<ReadonlyMap<string, string>> => {
  const docs = readDocstrings(join(folder, "../src"), ["domain", "core", "wire"]);
  const settings = (await resolveConfig(join(folder, "README.md"))) ?? {};
  const files = new Map<string, string>();
  for (const name of schemaNames) {
    const text = JSON.stringify(jsonSchemaOf(name, published[name], docs));
    files.set(`${name}.json`, await format(text, { ...settings, parser: "json" }));
  }
  files.set("README.md", await format(readme, { ...settings, parser: "markdown" }));
  return files;
};

if (process.argv[1] === import.meta.filename) {
  for (const [name, text] of await generatedFiles()) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}
