import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { faults } from "../../../domain/faults.ts";
import type { FaultKind } from "../../../domain/faults.ts";
import type { LaneView } from "../../../wire/console.ts";
import { useStore, useTexts } from "../store.ts";
import { Button } from "../ui/button.tsx";
import { Entered, Quoted } from "../ui/quoted.tsx";
import { standingFaults } from "./lane-order.ts";
import { sendShelfAct } from "./shelf-acts.ts";
import { ShelveDialog } from "./shelve-dialog.tsx";

interface FaultsProps {
  readonly lane: LaneView;
}

const Standing = ({ lane }: FaultsProps): JSX.Element => {
  const { serverNow } = useStore();
  const t = useTexts();
  const [shelving, setShelving] = useState<FaultKind | null>(null);
  return (
    <ul class="faults" data-testid="lane-faults">
      {standingFaults(lane).map(({ fault, since, detail }) => (
        <li key={fault} data-severity={faults[fault].severity}>
          <span class="fault-mark">
            {faults[fault].severity === "high" ? t.lanes.faultHigh : t.lanes.faultMedium}
          </span>{" "}
          <b>{t.domain.faults[fault]}</b>{" "}
          <span class="fault-age">{t.lanes.faultFor({ age: t.format.age(serverNow.value - since) })}</span>
          <span class="fault-meaning">
            {t.domain.faultMeanings[fault]} {detail !== "" && <Quoted text={detail} />}
          </span>
          <button
            type="button"
            class="fault-act"
            data-testid="shelve"
            aria-label={t.lanes.shelf.shelveFault({ fault: t.domain.faults[fault] })}
            onClick={() => setShelving(fault)}
          >
            {t.lanes.shelf.shelve}
          </button>
        </li>
      ))}
      {shelving !== null && (
        <li class="fault-dialog">
          <ShelveDialog lane={lane} fault={shelving} close={() => setShelving(null)} />
        </li>
      )}
    </ul>
  );
};

/** Known and being seen to: apart from the others, with who, why and until when. */
const Shelved = ({ lane }: FaultsProps): JSX.Element => {
  const store = useStore();
  const { serverNow, siteTime } = store;
  const t = useTexts();
  return (
    <div class="shelf" data-testid="lane-shelf">
      <h4>{t.lanes.shelf.heading}</h4>
      <ul>
        {lane.shelved.map(({ fault, until, reason, by }) => (
          <li key={fault}>
            <b>{t.domain.faults[fault]}</b>{" "}
            <span class="quiet">
              {lane.faults.some((present) => present.fault === fault)
                ? t.lanes.shelf.present
                : t.lanes.shelf.absent}
            </span>
            <span class="shelf-why">
              <Entered text={reason} />
            </span>
            <span class="shelf-until">
              {t.lanes.shelf.until({ officer: by.name, at: siteTime.value.dateTime(until) })}{" "}
              <span class="quiet">{t.lanes.shelf.left({ age: t.format.age(until - serverNow.value) })}</span>
            </span>
            <Button
              class="fault-act"
              data-testid="unshelve"
              aria-label={t.lanes.shelf.unshelveFault({ fault: t.domain.faults[fault] })}
              onClick={() => void sendShelfAct(store, lane.laneId, { kind: "unshelve-fault", fault })}
            >
              {t.lanes.shelf.unshelve}
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
};

export const Faults = ({ lane }: FaultsProps): JSX.Element => (
  <>
    {standingFaults(lane).length > 0 && <Standing lane={lane} />}
    {lane.shelved.length > 0 && <Shelved lane={lane} />}
  </>
);
