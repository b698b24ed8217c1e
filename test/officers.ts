import { randomBytes, scryptSync } from "node:crypto";
import { openPassphraseCheck, sessionSecrets } from "../src/adapters/scrypt-passphrase.ts";
import { noSessionStore } from "../src/adapters/session-file.ts";
import { systemClock } from "../src/adapters/system-clock.ts";
import type { Identity } from "../src/identity/identity.ts";
import type { LocalIdentityOptions } from "../src/identity/local-identity.ts";
import { openLocalIdentity } from "../src/identity/local-identity.ts";
import { passphraseHashText } from "../src/identity/passphrase-hash.ts";
import type { User } from "../src/identity/user-settings.ts";
import type { DoorView } from "../src/wire/console.ts";
import type { SiteView } from "../src/wire/site.ts";

/** Everybody's, in tests. */
export const testPassphrase = "only for tests, that one";

/** The cheapest cost there may be, a few milliseconds. */
export const cheapHash = (passphrase: string): string => {
  const cost = { n: 1024, r: 8, p: 1 };
  const salt = randomBytes(16);
  const key = scryptSync(passphrase, salt, 32, { N: cost.n, r: cost.r, p: cost.p });
  return passphraseHashText({ ...cost, salt: salt.toString("base64url"), key: key.toString("base64url") });
};

const passphrase = cheapHash(testPassphrase);

/** Two officers, and one of each other role; for `users` of a configuration as they are. */
export const testUsers = [
  { name: "Ada", role: "officer", passphrase },
  { name: "Ben", role: "officer", passphrase },
  { name: "Sue", role: "supervisor", passphrase },
  { name: "Eve", role: "engineer", passphrase },
] as const satisfies readonly User[];
export type TestName = (typeof testUsers)[number]["name"];

/** One line of YAML. */
export const usersLine = `users: ${JSON.stringify(testUsers)}`;

export const testIdentity = (options: Partial<LocalIdentityOptions> = {}): Promise<Identity> =>
  openLocalIdentity({
    users: testUsers,
    limits: { limitInMs: 12 * 3_600_000, idleLimitInMs: 3_600_000 },
    clock: systemClock,
    secrets: sessionSecrets,
    store: noSessionStore,
    isRight: openPassphraseCheck(),
    onNote: () => undefined,
    ...options,
  });

/** What a console's server says of its site, where a test does not look at it. */
export const testDoor: DoorView = { site: "Site", demo: [] };
export const testSiteView: SiteView = {
  name: "Site",
  timeZone: "UTC",
  lanes: [],
  guidance: {},
  claimLeaseInMs: 90_000,
};

/** Signs in as a page does; the cookie goes with every request as the header `cookie`. */
export const signIn = async (url: string, name: TestName = "Ada"): Promise<string> => {
  const response = await fetch(`${url}/api/session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name, passphrase: testPassphrase }),
  });
  if (!response.ok) throw new Error(`${name} was not signed in: ${response.status} ${await response.text()}`);
  const [cookie = ""] = (response.headers.get("set-cookie") ?? "").split(";", 1);
  return cookie;
};

/** The same for a browser context of Playwright: `context.addCookies([browserCookie(url, await signIn(url))])`. */
export const browserCookie = (url: string, cookie: string): { name: string; value: string; url: string } => {
  const [name = "", value = ""] = cookie.split("=", 2);
  return { name, value, url };
};
