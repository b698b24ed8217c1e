import {
  type Decision,
  type LaneCommand,
  type LaneShelf,
  type Refusal,
  type Shelf,
  shelfInMsMax,
} from "../domain/adjudication.ts";
import type { LaneId } from "../domain/ids.ts";
import type { WallMs } from "../domain/units.ts";

/** Faults that officers have shelved: told apart from the others until their time is over. Alarms are never shelved. */
export const emptyShelf = (laneId: LaneId): LaneShelf => ({ laneId, version: 0, shelved: [] });

/** What is shelved at that time. */
export const shelvedAt = ({ shelved }: LaneShelf, at: WallMs): readonly Shelf[] =>
  shelved.filter(({ until }) => until > at);

/**
 * Decides one word on a lane's faults; every role may. Of two words on the same fault the later counts, so that there is no
 * version to be stale; a repeat of the same words changes nothing but the version. What is over is let go.
 */
export const decideShelf = (current: LaneShelf, command: LaneCommand): readonly [LaneShelf, Decision] => {
  const { act, by, at } = command;
  const standing = shelvedAt(current, at);
  const others = standing.filter(({ fault }) => fault !== act.fault);
  const refused = (refusal: Refusal): readonly [LaneShelf, Decision] => [
    current,
    { outcome: "refused", command, version: current.version, refusal },
  ];
  const accepted = (shelved: readonly Shelf[]): readonly [LaneShelf, Decision] => {
    const version = current.version + 1;
    return [
      { ...current, version, shelved },
      { outcome: "accepted", command, version },
    ];
  };
  switch (act.kind) {
    case "shelve-fault": {
      const { fault, until, reason } = act;
      if (until <= at || until - at > shelfInMsMax) return refused("shelf-expired");
      return accepted([...others, { fault, until, reason, by, at }]);
    }
    case "unshelve-fault":
      return others.length === standing.length ? refused("not-shelved") : accepted(others);
  }
};
