import { ALARM_FAMILIES, type AlarmFamily, type ExpectedAlarm, type LedgerAlarmKind } from "./ledger.ts";
import { LOADS, type Cargo } from "./physics/loads.ts";
import type { PortalFlags } from "./portals/emission.ts";

/** What the simulator knows of an occupancy that somebody heard. */
export interface HeardOccupancy {
  readonly flags: PortalFlags;
  readonly neutronTestPeak: number;
  readonly cargo: Cargo;
  /** Not all of it was sent, or not as it was said. */
  readonly isCutOff: boolean;
}

/**
 * A reader without the exact background (base firmware cuts its decimals off) may see a neutron test cross its bound where the portal's own came
 * this near to it.
 */
const NEUTRON_TEST_NEAR = 0.45;

/**
 * The alarms that must, may and must not come of it. A flag of the portal must: it is relayed whatever the rules decide. A load without a flag
 * may: other rules than the portal's see more. A vehicle with nothing and no flag must not, if the lane is judged as portals judge; rules that look
 * for more have their nuisance alarms.
 */
export function expectedAlarms(occupancy: HeardOccupancy): readonly ExpectedAlarm[] {
  return ALARM_FAMILIES.flatMap((family) => {
    const expected = expectedOf(family, occupancy);
    return expected === undefined ? [] : [expected];
  });
}

function expectedOf(family: AlarmFamily, occupancy: HeardOccupancy): ExpectedAlarm | undefined {
  const { cargo, isCutOff } = occupancy;
  const flagged = flaggedOf(family, occupancy);
  if (isCutOff && (flagged !== undefined || cargo !== "nothing")) return either(family, "cut-off");
  if (flagged !== undefined) return flagged;
  if (cargo !== "nothing") return either(family, "load-unflagged");
  const isNear = family === "radiation" && occupancy.neutronTestPeak > NEUTRON_TEST_NEAR;
  return isNear ? either(family, "near-flag") : undefined;
}

function either(family: AlarmFamily, because: ExpectedAlarm["because"]): ExpectedAlarm {
  return { family, expected: "either", orElse: [], because };
}

/** What the portal did not flag beside what it did, others may yet see: then the kind is another. */
function flaggedOf(
  family: AlarmFamily,
  { flags, neutronTestPeak, cargo }: HeardOccupancy,
): ExpectedAlarm | undefined {
  const sure = (expected: LedgerAlarmKind, orElse: readonly LedgerAlarmKind[]): ExpectedAlarm => ({
    family,
    expected,
    orElse,
    because: "portal-flag",
  });
  if (family === "energy") return flags.energy === undefined ? undefined : sure("energy", []);
  const { gamma, neutron } = flags;
  if (gamma !== undefined && neutron !== undefined) return sure("gamma-neutron", []);
  const emitsNeutrons = cargo !== "nothing" && LOADS[cargo].neutronPeakCps > 0;
  const mayHaveNeutrons = emitsNeutrons || neutronTestPeak > NEUTRON_TEST_NEAR;
  if (gamma !== undefined) return sure("gamma", mayHaveNeutrons ? ["gamma-neutron"] : []);
  if (neutron !== undefined) return sure("neutron", cargo === "nothing" ? [] : ["gamma-neutron"]);
  return undefined;
}
