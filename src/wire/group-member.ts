import { z } from "zod";
import type { GroupMemberName } from "../domain/panels.ts";
import { detectorGroupNames, detectorGroups } from "../domain/panels.ts";

const names: readonly string[] = detectorGroupNames.flatMap((group) =>
  detectorGroups[group].members.map((member) => member.name),
);

export const groupMemberSchema: z.ZodType<GroupMemberName> = z.custom<GroupMemberName>(
  (value) => typeof value === "string" && names.includes(value),
  { message: `one of ${names.join(", ")}` },
);
