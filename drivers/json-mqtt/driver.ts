import { defineDriver } from "../driver.ts";
import { jsonMqttCodec } from "./codec.ts";
import { jsonMqttSettings } from "./settings.ts";

export const jsonMqtt = defineDriver({
  kind: "json-mqtt",
  summary: "Equipment that publishes counts as JSON, one document a line: fields by configuration",
  settings: jsonMqttSettings,
  codec: jsonMqttCodec,
  measures: ({ kinds }) => ({
    neutron: kinds["neutron-interval"] !== null,
    energy: kinds["energy-window-interval"] !== null,
  }),
});
