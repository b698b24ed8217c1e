/** What a signed-in person may be. Rights derive from `commandKinds` and the console's routes. */
export const roles = {
  officer: { label: "Officer" },
  /** Everything an officer may do, and take over, approve, reject. */
  supervisor: { label: "Supervisor" },
  /** Tunes portals and reads everything; comments, and shelves faults; decides about no vehicle. */
  engineer: { label: "Engineer" },
} as const;
export type Role = keyof typeof roles;
export const roleNames = Object.keys(roles) as readonly Role[];

/** Who acts, as they were signed in when they did. */
export interface Officer {
  /** The sign-in name; unique in a site, at most 40 characters. */
  readonly name: string;
  readonly role: Role;
}
