import { drivers } from "../../drivers/registry.ts";
import { capturesOf } from "./captures.ts";
import { driverConformance } from "./conformance.ts";

for (const driver of drivers) driverConformance({ driver, captures: capturesOf(driver.kind) });
