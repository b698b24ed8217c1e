import { defineDriver } from "../driver.ts";
import { rapiscanLineCodec } from "./codec.ts";
import { rapiscanLineSettings } from "./settings.ts";

export const rapiscanLine = defineDriver({
  kind: "rapiscan-line",
  summary: "Rapiscan/TSA vehicle portals: ASCII lines over serial or TCP, base and four-window firmware",
  settings: rapiscanLineSettings,
  codec: rapiscanLineCodec,
  // Base firmware has no energy windows, and nothing in the settings says which firmware a portal has.
  measures: () => ({ neutron: true, energy: true }),
});
