/**
 * Writes `simulated.txt` of this folder anew: `npx tsx test/captures/json-mqtt/make.ts`. It is what one simulated portal
 * publishes as JSON, without sequence numbers: those are captured in `test/drivers/json-mqtt`. `every-document.txt` is
 * written by hand. Afterwards `npx vitest run test/drivers -u` writes the goldens anew: review them.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { portalEmissions } from "../../../simulators/portals/rapiscan-portal.ts";
import { parseScenario } from "../../../simulators/scenario.ts";
import { documentOfLine } from "../../../simulators/transports/mqtt-documents.ts";

const scenario = parseScenario({
  seed: 201,
  durationS: 32,
  lanes: [
    {
      id: "capture",
      transport: { kind: "tcp", port: 0 },
      vehicles: [{ atS: 9, load: "granite" }],
      arrivalsPerHour: 0,
      faults: [{ kind: "tamper", atS: 3, durationS: 3 }],
    },
  ],
});

let text = "";
for (const { lane } of scenario.lanes) {
  for (const emission of portalEmissions(lane)) {
    if (emission.kind === "bytes") text += Buffer.from(emission.bytes).toString("latin1");
  }
}
const documents = text
  .split("\r\n")
  .flatMap((line) => (line === "" ? [] : (documentOfLine(line, () => ({})) ?? [])));
writeFileSync(join(import.meta.dirname, "simulated.txt"), `${documents.join("\n")}\n`);
