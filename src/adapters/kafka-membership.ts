import type { Clock } from "../ports.ts";
import { decodeClaim, decodeShare, divide, encodeClaim, encodeShare } from "./kafka-division.ts";
import { meaningOf, noError } from "./kafka-error-codes.ts";
import { type KafkaLink, LinkLost } from "./kafka-link.ts";
import type { KafkaProblem, LinkSlot } from "./kafka-link-slot.ts";
import { kafkaRequests } from "./kafka-requests.ts";

export interface MembershipOptions {
  readonly slot: LinkSlot;
  readonly clock: Clock;
  readonly groupId: string;
  /** With a name of its own a member that comes back is given its share again at once. */
  readonly instanceId: string | null;
  readonly partitionCount: number;
  readonly sessionTimeoutInMs: number;
  readonly heartbeatInMs: number;
  readonly onShare: (share: ReadonlySet<number>) => void;
  readonly onProblem: (problem: KafkaProblem) => void;
  readonly signal: AbortSignal;
}

/** Kafka's own consumers have "consumer" here; tools then leave this group's contents alone. */
const protocolType = "lanewatch";
const protocolName = "lanewatch-partitions";

const illegalGeneration = 22;
const unknownMember = 25;
const rebalanceInProgress = 27;
const memberIdRequired = 79;
const fencedInstance = 82;

/** Where a member stands. An empty `memberId` is that of a stranger. */
interface Standing {
  memberId: string;
  generation: number;
  instanceId: string | null;
  owned: ReadonlySet<number>;
  /** Monotonic, when the group last heard from us. */
  heardAtMs: number;
}

type Step = "join" | "heartbeat" | "find";

const pauseInMs = 100;
/** A person hears of a refusal this often. */
const refusalPauseInMs = 5_000;
/** How long leaving may take before the session's end is left to do it. */
const leaveWithinMs = 2_000;

/** What the coordinator is asked, with the standing that follows from its answers. */
const talk = (options: MembershipOptions, standing: Standing) => {
  const { clock, groupId, onShare } = options;
  const heard = (): void => {
    standing.heardAtMs = clock.monotonic();
  };
  const own = (share: ReadonlySet<number>): void => {
    standing.owned = share;
    onShare(share);
  };
  const begun = (): {
    readonly groupId: string;
    readonly memberId: string;
    readonly groupInstanceId: string | null;
  } => ({
    groupId,
    memberId: standing.memberId,
    groupInstanceId: standing.instanceId,
  });
  /** What a refusal says about our standing; the code is given back. */
  const learn = (code: number): number => {
    if (code === unknownMember || code === fencedInstance) standing.memberId = "";
    if (code === fencedInstance) standing.instanceId = null;
    if (code === unknownMember || code === fencedInstance || code === illegalGeneration) own(new Set());
    return code;
  };

  const find = async (link: KafkaLink): Promise<number | { readonly node: number }> => {
    const { errorCode, coordinator } = await link.send(
      link.anyNode(),
      kafkaRequests.findCoordinator({ groupId }),
    );
    return errorCode === noError ? { node: coordinator.nodeId } : errorCode;
  };

  const join = async (link: KafkaLink, node: number): Promise<number> => {
    const joined = await link.send(
      node,
      kafkaRequests.joinGroup({
        ...begun(),
        sessionTimeout: options.sessionTimeoutInMs,
        rebalanceTimeout: options.sessionTimeoutInMs,
        protocolType,
        groupProtocols: [
          {
            name: protocolName,
            metadata: encodeClaim({ owned: [...standing.owned], generation: standing.generation }),
          },
        ],
      }),
    );
    if (joined.errorCode === memberIdRequired) {
      standing.memberId = joined.memberId;
      return join(link, node);
    }
    if (joined.errorCode !== noError) return learn(joined.errorCode);
    standing.memberId = joined.memberId;
    standing.generation = joined.generationId;
    heard();
    const claims = joined.members.map((member) => decodeClaim(member.memberId, member.memberMetadata));
    // The leader alone is told who the members are, and divides.
    const division: ReadonlyMap<string, readonly number[]> =
      joined.leaderId === joined.memberId ? divide(claims, options.partitionCount) : new Map();
    const synced = await link.send(
      node,
      kafkaRequests.syncGroup({
        ...begun(),
        generationId: joined.generationId,
        groupAssignment: Array.from(division, ([memberId, partitions]) => ({
          memberId,
          memberAssignment: encodeShare(partitions),
        })),
      }),
    );
    if (synced.errorCode !== noError) return learn(synced.errorCode);
    heard();
    own(decodeShare(synced.memberAssignment));
    return noError;
  };

  const heartbeat = async (link: KafkaLink, node: number): Promise<number> => {
    const leftInMs = standing.heardAtMs + options.sessionTimeoutInMs - clock.monotonic();
    const late = setTimeout(() => link.discard(), Math.max(leftInMs, 0));
    try {
      const { errorCode } = await link.send(
        node,
        kafkaRequests.heartbeat({ ...begun(), groupGenerationId: standing.generation }),
      );
      if (errorCode === noError) heard();
      return learn(errorCode);
    } finally {
      clearTimeout(late);
    }
  };

  const leave = async (link: KafkaLink): Promise<void> => {
    if (standing.memberId === "") return;
    const found = await find(link);
    if (typeof found !== "number") await link.send(found.node, kafkaRequests.leaveGroup(begun()));
  };
  return { find, join, heartbeat, leave, own };
};

/** What to do after a code. */
const stepAfter = (code: number): Step => {
  switch (code) {
    case noError:
      return "heartbeat";
    case illegalGeneration:
    case unknownMember:
    case rebalanceInProgress:
    case fencedInstance:
      return "join";
    default:
      return "find";
  }
};

/**
 * Is a member of the group until the signal aborts, and then leaves it, so that the others need not wait for the
 * session's end. Shares are told of as they are given, and an empty one when the group has not heard from us for
 * `sessionTimeoutInMs`, or says that it does not know us any more: somebody else has our partitions then.
 */
export const beMember = async (options: MembershipOptions): Promise<void> => {
  const { slot, clock, signal, sessionTimeoutInMs, heartbeatInMs, onProblem } = options;
  const standing: Standing = {
    memberId: "",
    generation: -1,
    instanceId: options.instanceId,
    owned: new Set(),
    heardAtMs: clock.monotonic(),
  };
  const { find, join, heartbeat, leave, own } = talk(options, standing);

  const expire = (): void => {
    if (standing.owned.size > 0 && clock.monotonic() - standing.heardAtMs >= sessionTimeoutInMs)
      own(new Set());
  };
  const refused = async (code: number): Promise<void> => {
    const { consequence, text } = meaningOf(code);
    if (consequence !== "refused") return clock.sleep(pauseInMs, signal);
    const message = `Kafka's group ${options.groupId} cannot be joined: ${text}.`;
    onProblem({ level: "error", message });
    return clock.sleep(refusalPauseInMs, signal);
  };
  const stay = async (link: KafkaLink): Promise<void> => {
    const cut = (): void => link.discard();
    const isOver = (): boolean => signal.aborted;
    let node: number | null = null;
    for (let step: Step = "find"; !isOver();) {
      if (node === null || step === "find") {
        const found = await find(link);
        if (typeof found === "number") {
          await refused(found);
          expire();
          continue;
        }
        node = found.node;
        step = "join";
      }
      if (step === "heartbeat") await clock.sleep(heartbeatInMs, signal);
      if (isOver()) return;
      // The group may keep a joining member waiting; whoever is told to stop does not wait with it.
      signal.addEventListener("abort", cut);
      const code: number = await (step === "join" ? join(link, node) : heartbeat(link, node)).finally(() =>
        signal.removeEventListener("abort", cut),
      );
      slot.works();
      step = stepAfter(code);
      if (step === "find") await refused(code);
      expire();
    }
  };

  while (!signal.aborted) {
    try {
      await stay(await slot.link());
    } catch (cause) {
      if (!(cause instanceof LinkLost)) throw cause;
      await slot.lost(cause, signal);
      expire();
    }
  }
  const late = setTimeout(() => slot.close(), leaveWithinMs);
  try {
    await leave(await slot.link());
  } catch (cause) {
    // The session ends by itself.
    if (!(cause instanceof LinkLost)) throw cause;
  } finally {
    clearTimeout(late);
    slot.close();
  }
};
