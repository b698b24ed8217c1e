/**
 * Identities. All are strings that sort and print well. Ids of occupancies and alarms are *derived*, never drawn, so
 * that folding the same frames again gives the same ids and every sink can be idempotent on them.
 */
declare const id: unique symbol;
type Id<Name extends string> = string & { readonly [id]: Name };

/** A lane of a site: the partition key of everything. Lower-case letters, digits and hyphens. */
export type LaneId = Id<"lane">;
/** One run of one edge agent; 8 hexadecimal digits, drawn at its start. */
export type BootId = Id<"boot">;
/** `lane~boot~byteOffset` of the line that opened the occupancy: the same for any chunking of the same bytes. */
export type OccupancyId = Id<"occupancy">;
/** `occupancyId~kind`, or `lane~boot~byteOffset~kind` for an alarm raised while vacant. */
export type AlarmId = Id<"alarm">;
/** Drawn by the sender of a command; a repeat with the same id changes nothing. */
export type CommandId = Id<"command">;

export const laneIdPattern = /^[a-z0-9][a-z0-9-]{0,62}$/;

export const laneId = (value: string): LaneId => value as LaneId;
export const bootId = (value: string): BootId => value as BootId;
export const alarmId = (value: string): AlarmId => value as AlarmId;
export const occupancyId = (value: string): OccupancyId => value as OccupancyId;
export const commandId = (value: string): CommandId => value as CommandId;

export interface StreamPosition {
  readonly bootId: BootId;
  /** Bytes of this boot's stream before the line's first byte. */
  readonly byteOffset: number;
}

export const occupancyIdAt = (lane: LaneId, position: StreamPosition): OccupancyId =>
  occupancyId(`${lane}~${position.bootId}~${position.byteOffset}`);

export const alarmIdOf = (occupancy: OccupancyId, kind: string): AlarmId => alarmId(`${occupancy}~${kind}`);
