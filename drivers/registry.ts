import type { Driver } from "./driver.ts";
import { jsonMqtt } from "./json-mqtt/driver.ts";
import { rapiscanLine } from "./rapiscan-line/driver.ts";

/** The only list of drivers. */
export const drivers: readonly Driver[] = [rapiscanLine, jsonMqtt];

export const driverOf = (kind: string): Driver | undefined => drivers.find((driver) => driver.kind === kind);
