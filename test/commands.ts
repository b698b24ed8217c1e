import type { Act, AlarmCommand } from "../src/domain/adjudication.ts";
import type { DispositionEntry } from "../src/domain/dispositions.ts";
import { type AlarmId, commandId, type LaneId } from "../src/domain/ids.ts";
import type { Officer, Role } from "../src/domain/officers.ts";
import { wallMs } from "../src/domain/units.ts";

/** Officers' commands for tests. */
export const officer = (name: string, role: Role = "officer"): Officer => ({ name, role });
export const kazlauskas = officer("Kazlauskas");
export const petrova = officer("Petrova");
export const ozols = officer("Ozols", "supervisor");
export const berzina = officer("Berzina", "supervisor");
export const lund = officer("Lund", "engineer");

export interface AlarmName {
  readonly alarmId: AlarmId;
  readonly laneId: LaneId;
}

export interface Asked {
  readonly id?: string;
  /** The version that was seen. */
  readonly seen?: number;
  readonly by?: Officer;
  readonly at?: number;
}

export const command = (
  { alarmId, laneId }: AlarmName,
  act: Act,
  { id = `${act.kind}-00001`, seen = 0, by = kazlauskas, at = 5000 }: Asked = {},
): AlarmCommand => ({
  commandId: commandId(id),
  laneId,
  alarmId,
  expectedVersion: seen,
  by,
  at: wallMs(at),
  act,
});

export const leaseInMs = 90_000;

/** A disposition that says all it has to. */
export const entryOf = (
  disposition: DispositionEntry["disposition"] = "norm-found",
  more: Partial<DispositionEntry> = {},
): DispositionEntry => ({
  disposition,
  isotopes: ["40K"],
  vehicleId: "ABC 123",
  containerId: "",
  commodity: "Cat litter",
  riidResult: "40K",
  notes: "As declared.",
  ...more,
});

export const acknowledge = (alarm: AlarmName, asked: Asked = {}): AlarmCommand =>
  command(alarm, { kind: "acknowledge" }, asked);
export const claim = (alarm: AlarmName, asked: Asked = {}): AlarmCommand =>
  command(alarm, { kind: "claim", leaseInMs }, asked);
export const dispose = (alarm: AlarmName, asked: Asked = {}): AlarmCommand =>
  command(alarm, { kind: "dispose", entry: entryOf() }, { seen: 1, ...asked });
