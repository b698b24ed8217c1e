import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import type { AlarmCase, Claim } from "../../../../domain/adjudication.ts";
import { useStore, useTexts } from "../../store.ts";
import { type Asking, type Holding, holdingOf } from "./possible-acts.ts";

/** How long the claim still stands; drawn anew every second by itself alone. */
const LeaseLeft = ({ claim }: { readonly claim: Claim }): JSX.Element => {
  const { serverNow, texts, current } = useStore();
  const text = useComputed(() => {
    const t = texts.value;
    const leftInMs = claim.until - serverNow.value;
    if (leftInMs <= 0) return t.alarmPage.work.leaseOver;
    const left = t.format.age(leftInMs);
    return current.value ? t.alarmPage.work.leaseLeft({ left }) : t.alarmPage.work.leaseUnrenewed({ left });
  });
  return (
    <span class="quiet" data-testid="lease">
      {text}
    </span>
  );
};

const Other = ({
  holding,
  asking,
}: {
  readonly holding: Extract<Holding, { kind: "other" }>;
  readonly asking: Asking;
}): JSX.Element => {
  const { siteTime } = useStore();
  const { work } = useTexts().alarmPage;
  const { claim, isFresh, wasMine } = holding;
  const officer = claim.by.name;
  const time = siteTime.value.time;
  const next = !isFresh
    ? work.heldExpired({ officer, time: time(claim.until) })
    : asking.officer.role === "supervisor"
      ? work.heldSupervisor
      : work.heldWait({ officer });
  return (
    <>
      <b>{work.heldBy({ officer, time: time(claim.since) })}</b>{" "}
      {wasMine && <span class="problem">{work.takenFromYou({ officer })} </span>}
      {asking.officer.role !== "engineer" && <span class="quiet">{next}</span>}
    </>
  );
};

interface HoldingLineProps {
  readonly alarmCase: AlarmCase;
  readonly asking: Asking;
}

/** Who holds the alarm, since when and for how long, and what this officer can do about it. */
export const HoldingLine = ({ alarmCase, asking }: HoldingLineProps): JSX.Element | null => {
  const { siteTime } = useStore();
  const t = useTexts();
  const { work } = t.alarmPage;
  const { state, disposal } = alarmCase.adjudication;
  const holding = holdingOf(alarmCase, asking);
  if (disposal !== null) {
    return (
      <p class="holding" data-testid="settled">
        <b>
          {t.form.settled({
            disposition: t.domain.dispositions[disposal.entry.disposition],
            officer: disposal.by.name,
          })}
        </b>{" "}
        <span class="quiet">
          {siteTime.value.time(disposal.at)}
          {disposal.approvedBy !== null && ` · ${t.form.approvedBy({ officer: disposal.approvedBy.name })}`}
        </span>
      </p>
    );
  }
  if (state === "awaiting-approval" && holding.kind === "free") return null;
  return (
    <p class="holding" data-testid="holding" data-holding={holding.kind}>
      {holding.kind === "free" && (
        <>
          <b>{work.free}</b>{" "}
          <span class="quiet">{asking.officer.role === "engineer" ? work.engineer : work.freeClaim}</span>
        </>
      )}
      {holding.kind === "mine" && (
        <>
          <b>{work.mine}</b> <LeaseLeft claim={holding.claim} />
        </>
      )}
      {holding.kind === "other" && <Other holding={holding} asking={asking} />}
    </p>
  );
};
