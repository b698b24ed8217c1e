import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { plainReason } from "../adapters/plain-reason.ts";
import type { ProgramLog } from "../adapters/program-log.ts";
import { openPassphraseCheck, sessionSecrets } from "../adapters/scrypt-passphrase.ts";
import { sessionFile } from "../adapters/session-file.ts";
import { systemClock } from "../adapters/system-clock.ts";
import type { SiteConfig } from "../config.ts";
import { LanewatchError } from "../domain/errors.ts";
import { demoUsers } from "../identity/demo-users.ts";
import type { Identity } from "../identity/identity.ts";
import { openLocalIdentity } from "../identity/local-identity.ts";
import type { DoorView } from "../wire/console.ts";
import type { SiteView } from "../wire/site.ts";

/** Who can sign in at the site's console, and who is signed in since before. */
export const identityOf = (
  { console, log, users }: SiteConfig,
  programLog: ProgramLog,
): Promise<Identity> => {
  if (console.demo)
    programLog.warn("The demonstration's accounts are open: whoever uses this machine can sign in.");
  else if (users.length === 0)
    programLog.warn("Nobody can sign in at the console yet: lanewatch user NAME --role ROLE makes a user.");
  const file = console.session.file ?? join(log.directory, "console-sessions.json");
  return openLocalIdentity({
    users: console.demo ? demoUsers.map(({ name, role, hash }) => ({ name, role, passphrase: hash })) : users,
    limits: console.session,
    clock: systemClock,
    secrets: sessionSecrets,
    store: sessionFile(file, (sentence) => programLog.warn(sentence)),
    isRight: openPassphraseCheck(),
    onNote: ({ level, sentence }) => programLog[level](sentence),
  });
};

/** What somebody who is not signed in may know. */
export const doorOf = ({ site, console, users }: SiteConfig): DoorView => ({
  site: site.name,
  ...(!console.demo && users.length === 0 ? { nobody: true as const } : {}),
  demo: console.demo ? demoUsers.map(({ name, role, passphrase }) => ({ name, role, passphrase })) : [],
});

export const siteViewOf = ({ site, console, lanes, guidance, map }: SiteConfig): SiteView => ({
  ...site,
  lanes: lanes.map(({ laneId, name }) => ({ laneId, name, at: map?.lanes[laneId] ?? null })),
  guidance,
  claimLeaseInMs: console.claimLeaseInMs,
});

/** @throws LanewatchError `file-unreadable`. */
export const tlsOf = async ({
  console: { tls },
}: SiteConfig): Promise<{ readonly cert: string; readonly key: string } | null> => {
  if (tls === null) return null;
  const [cert, key] = await Promise.all([tls.certFile, tls.keyFile].map(readPem));
  return { cert: cert ?? "", key: key ?? "" };
};

const readPem = async (path: string): Promise<string> => {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    const message = `The console's ${path} cannot be read: ${plainReason(cause)}.`;
    throw new LanewatchError("file-unreadable", message, cause);
  }
};
