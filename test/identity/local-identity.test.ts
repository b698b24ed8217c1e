import { expect, it } from "vitest";
import type { PassphraseHash } from "../../src/identity/passphrase-hash.ts";
import { manualClock } from "../manual-clock.ts";
import { testIdentity, testPassphrase } from "../officers.ts";

const address = "192.0.2.1";

it("knows a user by the name in any case, and as it is configured", async () => {
  const identity = await testIdentity();
  const outcome = await identity.signIn({ name: "  aDA ", passphrase: testPassphrase, address });
  if (outcome.kind !== "signed-in") throw new Error(outcome.kind);
  expect(outcome.session.officer).toEqual({ name: "Ada", role: "officer" });
  expect(identity.sessionOf(outcome.secret)).toEqual(outcome.session);
  await identity.signOut(outcome.secret);
  expect(identity.sessionOf(outcome.secret)).toBeUndefined();
  await identity.close();
});

it("takes the same way for an unknown name: one check, of the same cost, whose outcome does not count", async () => {
  const checked: PassphraseHash[] = [];
  const isRight = (_: string, hash: PassphraseHash): Promise<boolean> => {
    checked.push(hash);
    return Promise.resolve(true);
  };
  const identity = await testIdentity({ isRight });
  expect((await identity.signIn({ name: "Ada", passphrase: "x", address })).kind).toBe("signed-in");
  expect((await identity.signIn({ name: "Zoe", passphrase: "x", address })).kind).toBe("refused");
  expect(checked.map(({ n, r, p }) => [n, r, p])).toEqual([
    [1024, 8, 1],
    [1024, 8, 1],
  ]);
  expect(checked[0]?.key).not.toBe(checked[1]?.key);
  await identity.close();
});

it("tells the program's log who comes and goes, and nothing of what strangers type", async () => {
  const told: string[] = [];
  const identity = await testIdentity({
    clock: manualClock(),
    onNote: ({ level, sentence }) => told.push(`${level}: ${sentence}`),
  });
  const outcome = await identity.signIn({ name: "Sue", passphrase: testPassphrase, address });
  await identity.signIn({ name: "Sue", passphrase: "hunter2", address });
  await identity.signIn({ name: "hunter3", passphrase: "hunter3", address });
  for (let attempt = 0; attempt < 8; attempt += 1) {
    await identity.signIn({ name: "Ben", passphrase: "hunter4", address });
  }
  await identity.signOut(outcome.kind === "signed-in" ? outcome.secret : undefined);
  await identity.signOut("nobody's");
  expect(told).toEqual([
    `info: Sue signed in at ${address} (supervisor).`,
    `warn: Sue was refused at ${address}: wrong passphrase.`,
    `warn: Somebody of an unknown name was refused at ${address}.`,
    ...Array.from({ length: 5 }, () => `warn: Ben was refused at ${address}: wrong passphrase.`),
    `warn: Ben is turned away at ${address}: too many attempts to sign in.`,
    "info: Sue signed out.",
  ]);
  await identity.close();
});

it("has nobody to sign in where there are no users", async () => {
  const identity = await testIdentity({ users: [] });
  expect(await identity.signIn({ name: "Ada", passphrase: testPassphrase, address })).toEqual({
    kind: "refused",
  });
  await identity.close();
});
