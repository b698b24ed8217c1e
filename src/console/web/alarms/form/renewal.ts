import { useEffect, useRef } from "preact/hooks";
import type { AlarmCase, Claim } from "../../../../domain/adjudication.ts";
import { drawCommandId } from "../../acts.ts";
import { senderFor } from "../../api.ts";
import { applyCase } from "../../board-state.ts";
import { alarmPath, fetchCase, sendCommand } from "../../commands.ts";
import { type Store, useStore } from "../../store.ts";

/** Where the site's own lease is not known yet. */
export const usualLeaseInMs = 90_000;
const lookInMs = 1000;
const tryAgainInMs = 5000;

export interface RenewalQuestion {
  readonly claim: Claim | null;
  readonly officer: string | null;
  /** By the server's clock. */
  readonly now: number;
  readonly leaseInMs: number;
  /** When it was last asked for; 0: never. */
  readonly askedAt: number;
}

/** A third of the lease is over since it last ran anew, and the last attempt is not just being made. */
export const isRenewalDue = ({ claim, officer, now, leaseInMs, askedAt }: RenewalQuestion): boolean =>
  claim !== null &&
  claim.by.name === officer &&
  now >= claim.until - (leaseInMs * 2) / 3 &&
  now - askedAt >= tryAgainInMs;

/**
 * Tells the core that the holder is at work. It goes beside the alarm's other commands, so that it neither stands in their way
 * nor shows as one. Whatever becomes of it shows in the claim: renewed, run out, or somebody else's.
 */
const renew = async (store: Store, { alarm, adjudication }: AlarmCase): Promise<void> => {
  const request = {
    commandId: drawCommandId(),
    expectedVersion: adjudication.version,
    act: { kind: "renew" },
  } as const;
  const sender = senderFor(store);
  const result = await sendCommand(`${alarmPath(alarm.alarmId)}/commands`, request, sender);
  if (result.kind !== "accepted" && result.kind !== "refused") return;
  const fetched = await fetchCase(alarm.alarmId, sender);
  if (fetched !== null) store.board.value = applyCase(store.board.value, fetched);
};

/** Renews the officer's claim for as long as the alarm is open on the page. */
export const useRenewal = (alarmCase: AlarmCase, leaseInMs: number): void => {
  const store = useStore();
  const latest = useRef(alarmCase);
  latest.current = alarmCase;
  useEffect(() => {
    let askedAt = 0;
    const timer = setInterval(() => {
      const officer = store.officer.peek()?.name ?? null;
      const now = store.serverNow.peek();
      const { claim } = latest.current.adjudication;
      if (!isRenewalDue({ claim, officer, now, leaseInMs, askedAt })) return;
      askedAt = now;
      void renew(store, latest.current);
    }, lookInMs);
    return () => clearInterval(timer);
  }, [leaseInMs]);
};
