import { expect, it } from "vitest";
import { hashPassphrase, openPassphraseCheck } from "../../src/adapters/scrypt-passphrase.ts";
import { demoUsers } from "../../src/identity/demo-users.ts";
import {
  decoyOf,
  memoryBytesOf,
  ordinaryCost,
  parsePassphraseHash,
  passphraseHashText,
} from "../../src/identity/passphrase-hash.ts";
import { cheapHash } from "../officers.ts";

const cheap = { n: 1024, r: 8, p: 1 };
const salt = "A".repeat(22);
const key = "B".repeat(43);

it("reads what it writes", () => {
  const hash = { ...cheap, salt, key };
  expect(parsePassphraseHash(passphraseHashText(hash))).toEqual(hash);
});

it.each([
  ["nothing", ""],
  ["a passphrase in clear", "correct horse battery"],
  ["another algorithm", `bcrypt:1024:8:1:${salt}:${key}`],
  ["N that is no power of two", `scrypt:1025:8:1:${salt}:${key}`],
  ["N below 1024", `scrypt:0512:8:1:${salt}:${key}`],
  ["N beyond 2^20", `scrypt:2097152:1:1:${salt}:${key}`],
  ["more than 256 MiB", `scrypt:1048576:8:1:${salt}:${key}`],
  ["no blocks", `scrypt:1024:0:1:${salt}:${key}`],
  ["too many at once", `scrypt:1024:8:17:${salt}:${key}`],
  ["a short salt", `scrypt:1024:8:1:AAAA:${key}`],
  ["a short key", `scrypt:1024:8:1:${salt}:BBBB`],
  ["something behind it", `scrypt:1024:8:1:${salt}:${key}\n`],
])("takes no hash with %s", (_, text) => expect(parsePassphraseHash(text)).toBeUndefined());

it("an ordinary hash costs 32 MiB, salts each time anew, and opens to its own passphrase alone", async () => {
  expect(memoryBytesOf(ordinaryCost)).toBe(32 * 1024 * 1024);
  const isRight = openPassphraseCheck();
  const text = await hashPassphrase("correct horse battery");
  const hash = parsePassphraseHash(text);
  if (hash === undefined) throw new Error("no hash");
  expect(hash).toMatchObject(ordinaryCost);
  expect(await isRight("correct horse battery", hash)).toBe(true);
  expect(await isRight("correct horse batterz", hash)).toBe(false);
  const [one, other] = [await hashPassphrase("same", cheap), await hashPassphrase("same", cheap)];
  expect(one).not.toBe(other);
});

it("accents are the same however a keyboard composes them", async () => {
  const hash = parsePassphraseHash(await hashPassphrase("cafe\u0301 at the border", cheap));
  if (hash === undefined) throw new Error("no hash");
  expect(await openPassphraseCheck()("caf\u00e9 at the border", hash)).toBe(true);
});

it("nothing opens a decoy", async () => {
  const isRight = openPassphraseCheck();
  for (const tried of ["", "A", "decoy"]) expect(await isRight(tried, decoyOf(cheap))).toBe(false);
});

it("checks two at a time, lets 64 wait and turns one more away, and is well again afterwards", async () => {
  const isRight = openPassphraseCheck();
  const hash = parsePassphraseHash(cheapHash("right"));
  if (hash === undefined) throw new Error("no hash");
  const outcomes = await Promise.allSettled(Array.from({ length: 67 }, () => isRight("right", hash)));
  const told = outcomes.map((each) => (each.status === "fulfilled" ? each.value : "turned away"));
  expect(told.filter((each) => each === true)).toHaveLength(66);
  expect(outcomes[66]).toMatchObject({ status: "rejected", reason: { code: "too-busy" } });
  expect(await isRight("right", hash)).toBe(true);
});

it("the demonstration's hashes are of its passphrases", async () => {
  const isRight = openPassphraseCheck();
  for (const { passphrase, hash } of demoUsers) {
    const parsed = parsePassphraseHash(hash);
    if (parsed === undefined) throw new Error("no hash");
    expect(await isRight(passphrase, parsed)).toBe(true);
  }
});
