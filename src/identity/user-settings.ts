import { z } from "zod";
import { roles } from "../domain/officers.ts";
import { type Located, repeatFinder } from "../problems.ts";
import { keyOf } from "../wire/scalars.ts";
import { parsePassphraseHash } from "./passphrase-hash.ts";

/** Somebody who can sign in, as configured. The name is what everything they do is recorded under: never reuse it. */
export const userSchema = z
  .strictObject({
    name: z
      .string()
      .trim()
      .regex(
        /^[\p{L}\p{N}][\p{L}\p{M}\p{N} .'_@-]{0,39}$/u,
        "a letter or digit, then letters, digits, spaces and .'_@-, at most 40",
      ),
    role: keyOf(roles),
    passphrase: z
      .string()
      .refine(
        (text) => parsePassphraseHash(text) !== undefined,
        "not what lanewatch user NAME --role ROLE prints",
      ),
  })
  .readonly();
export type User = z.infer<typeof userSchema>;

/** 500 users of one console; more belong into a directory of their own. */
export const usersMax = 500;

export const usersSchema = z.array(userSchema).max(usersMax).readonly();

/** Names that differ in case alone are one name: nobody could tell them apart in a record. */
export const nameKeyOf = (name: string): string => name.trim().normalize("NFKC").toLowerCase();

const namedUsersSchema = z.looseObject({ users: z.array(z.unknown()) });
const namedSchema = z.looseObject({ name: z.string() });

/** Names that are used twice, in a document whose other parts may be wrong. */
export const userProblems = (document: unknown): readonly Located[] => {
  const repeats = repeatFinder();
  const users = namedUsersSchema.safeParse(document).data?.users ?? [];
  return users.flatMap((user, index) => {
    const { data } = namedSchema.safeParse(user);
    return data === undefined ? [] : repeats(`name ${nameKeyOf(data.name)}`, ["users", index, "name"]);
  });
};
