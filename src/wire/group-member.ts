import { z } from "zod";
import { groupMemberNames } from "../domain/panels.ts";

export const groupMemberSchema = z.enum(groupMemberNames);
