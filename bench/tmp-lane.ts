import { rapiscanLineCodec } from "../drivers/rapiscan-line/codec.ts";
import { portalEmissions } from "../simulators/portals/rapiscan-portal.ts";
import { parseScenario } from "../simulators/scenario.ts";
import { laneOptions, laneSettingsOf } from "../src/core/lane-settings.ts";
import { presetNames } from "../src/core/presets.ts";
import { foldRecording } from "../src/replay/recording.ts";
const scenario = parseScenario({ seed: "bench", lanes: [{ id: "lane-1", transport: { kind: "tcp", port: 0 }, arrivalsPerHour: 60 }] });
const lane = scenario.lanes[0]!.lane; const pieces: Uint8Array[] = [];
for (const e of portalEmissions(lane)) { if (e.atMs > 3 * 3_600_000) break; if (e.kind === "bytes") pieces.push(e.bytes); }
const bytes = Buffer.concat(pieces); let lines = 0; for (const b of bytes) if (b === 10) lines += 1;
const chunk = Number(process.argv[3] ?? 65536);
for (const preset of process.argv[2] && process.argv[2] !== "all" ? [process.argv[2]] : ["decode", ...presetNames]) {
  let evs = 0;
  const work = (): void => {
    if (preset === "decode") { const c = rapiscanLineCodec({ maxSpeedKph: 60 }); let st = c.start(0); for (let at = 0; at < bytes.length; at += chunk) st = c.decode(st, bytes.subarray(at, at + chunk))[0]; return; }
    const settings = laneSettingsOf(laneOptions.parse({ preset }));
    const fold = foldRecording({ codec: rapiscanLineCodec({ maxSpeedKph: 60 }), settings });
    for (let at = 0; at < bytes.length; at += chunk) evs += fold.take(bytes.subarray(at, at + chunk)).length;
  };
  work(); work(); const r: number[] = [];
  for (let i = 0; i < 15; i += 1) { const c = process.cpuUsage(); work(); const u = process.cpuUsage(c); r.push(lines / (u.user + u.system)); }
  r.sort((a, b) => a - b); console.log(preset.padEnd(22), lines, "lines", evs, r[7]!.toFixed(2), "M/s best", r[14]!.toFixed(2));
}
