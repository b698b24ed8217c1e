import type { SourceSettings } from "../edge/source-settings.ts";
import type { ByteSource } from "../ports.ts";
import { fileSource } from "./file-source.ts";
import { mqttSource } from "./mqtt-source.ts";
import { serialSource } from "./serial-source.ts";
import { tcpSource } from "./tcp-source.ts";

/** The source its settings describe. Opens nothing yet. */
export const openSource = (settings: SourceSettings): ByteSource => {
  switch (settings.kind) {
    case "tcp":
      return tcpSource(settings);
    case "serial":
      return serialSource(settings);
    case "mqtt":
      return mqttSource(settings);
    case "file":
      return fileSource(settings);
  }
};
