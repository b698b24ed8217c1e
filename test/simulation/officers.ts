import { LanewatchError } from "../../src/domain/errors.ts";
import type { Decision } from "../../src/domain/adjudication.ts";
import { type AlarmId, commandId } from "../../src/domain/ids.ts";
import type { RunningConsole } from "../../src/console/console.ts";
import type { Officer } from "../../src/domain/officers.ts";
import type { AlarmRow, CommandRequest, LaneView, ServerMessage } from "../../src/wire/console.ts";
import type { FaultKind } from "./faults.ts";
import type { World } from "./virtual-time.ts";

/** What a browser shows, and how it has come to it. */
export interface Browser {
  readonly alarms: ReadonlyMap<AlarmId, AlarmRow>;
  readonly lanes: ReadonlyMap<string, LaneView>;
  /** Loses its connection; `resume` with the next look. */
  readonly leave: () => void;
  readonly look: () => void;
  /** Changes that came out of turn: none, if the feed is right. */
  readonly disorder: readonly string[];
}

/** @param console the one that runs now, or null. */
export const openBrowser = (running: () => RunningConsole | null): Browser => {
  const alarms = new Map<AlarmId, AlarmRow>();
  const lanes = new Map<string, LaneView>();
  const disorder: string[] = [];
  let joined: { readonly to: RunningConsole; readonly leave: () => void; isOpen: boolean } | null = null;
  let position: { stream: string; sequence: number } | null = null;

  const show = (views: readonly LaneView[], rows: readonly AlarmRow[]): void => {
    for (const lane of views) lanes.set(lane.laneId, lane);
    for (const row of rows) alarms.set(row.alarmId, row);
  };
  const take = (message: ServerMessage): void => {
    switch (message.kind) {
      case "snapshot":
        position = { stream: message.stream, sequence: message.sequence };
        alarms.clear();
        lanes.clear();
        show(message.lanes, message.alarms);
        return;
      case "changes":
        if (message.sequence !== (position?.sequence ?? -1) + 1)
          disorder.push(`change ${message.sequence} after ${position?.sequence ?? "nothing"}`);
        position = { stream: position?.stream ?? "", sequence: message.sequence };
        show(message.lanes, message.alarms);
        for (const id of message.dropped ?? []) alarms.delete(id);
        return;
      case "pulse":
        if (message.sequence !== position?.sequence) disorder.push(`pulse of ${message.sequence}`);
        return;
      case "alarm":
      case "alarm-unknown":
      case "lane":
        return;
    }
  };

  const leave = (): void => {
    joined?.leave();
    joined = null;
  };
  const join = (to: RunningConsole): void => {
    const socket = {
      bufferedBytes: 0,
      send: (text: string) => take(JSON.parse(text) as ServerMessage),
      close: () => {
        if (joined?.to === to) joined.isOpen = false;
      },
    };
    const { session, leave: end } = to.join(socket);
    joined = { to, leave: end, isOpen: true };
    session.receive(JSON.stringify({ kind: "hello", resume: position }));
  };
  return {
    alarms,
    lanes,
    disorder,
    leave,
    look: () => {
      const to = running();
      if (to !== null && joined?.to === to && joined.isOpen) return;
      leave();
      if (to !== null) join(to);
    },
  };
};

export interface Sent {
  readonly alarmId: AlarmId;
  readonly request: CommandRequest;
  /** What officers were told; a command may be asked for several times. */
  readonly answers: (Decision | LanewatchError)[];
}

export interface OfficerOptions {
  readonly world: World;
  readonly name: string;
  readonly running: () => RunningConsole | null;
  readonly browser: Browser;
  readonly sent: Sent[];
  /** How many of the next commands are sent twice. */
  readonly repeats: { left: number };
  readonly onFault: (kind: FaultKind, detail: string) => void;
}

/** What a disposition asks for. */
const entry = {
  disposition: "false-other",
  isotopes: [],
  vehicleId: "",
  containerId: "",
  commodity: "",
  riidResult: "",
  notes: "nothing found",
} as const;

/** What this officer does about an alarm, or null where it is another's turn. */
const actOn = (row: AlarmRow, name: string, draw: number): CommandRequest["act"] | null => {
  switch (row.state) {
    case "unacknowledged":
      return { kind: draw < 0.3 ? "acknowledge" : "claim" };
    case "acknowledged":
      if (draw < 0.05) return { kind: "comment", text: "looking" };
      if (row.claim === null) return { kind: "claim" };
      if (row.claim.by.name !== name) return draw < 0.3 ? { kind: "take-over" } : null;
      return draw < 0.15 ? { kind: "release" } : { kind: "dispose", entry };
    case "awaiting-approval":
      return draw < 0.2 ? { kind: "reject", remark: "look again" } : { kind: "approve", remark: "" };
    case "dispositioned":
      return null;
  }
};

/** An officer waits so long for an answer before asking again. */
const patienceInMs = 7_000;

/** Acknowledges and disposes of whatever is on the board, for ever; asks again with the same id where no answer came. */
export const runOfficer = (options: OfficerOptions): void => {
  const { world, name, running, browser, sent, repeats, onFault } = options;
  const { chance } = world;
  const page = world.process(name);
  const self: Officer = { name, role: "supervisor" };
  let count = 0;

  const ask = async (command: Sent, to: RunningConsole): Promise<Decision | "no-answer"> => {
    const patience = new AbortController();
    const submitted = to.submitCommand(command.alarmId, command.request, self).then(
      (decision): Decision | "no-answer" => {
        command.answers.push(decision);
        return decision;
      },
      (error: unknown): "no-answer" => {
        if (!(error instanceof LanewatchError)) throw error;
        command.answers.push(error);
        return "no-answer";
      },
    );
    const waited = page.clock.sleep(patienceInMs, patience.signal).then((): "no-answer" => "no-answer");
    const answer = await Promise.race([submitted, waited]);
    patience.abort();
    return answer;
  };

  const act = async (row: AlarmRow): Promise<void> => {
    const { alarmId, adjudicationVersion: expectedVersion } = row;
    const wanted = actOn(row, name, chance.uniform());
    if (wanted === null) return;
    count += 1;
    const id = commandId(`${name}-command-${count}`);
    const request: CommandRequest = { commandId: id, expectedVersion, act: wanted };
    const command: Sent = { alarmId, request, answers: [] };
    sent.push(command);
    const tries = 1 + Math.floor(chance.uniform() * 3);
    for (let attempt = 0; attempt < tries; attempt += 1) {
      const to = running();
      if (to !== null) {
        if (repeats.left > 0) {
          repeats.left -= 1;
          onFault("command-repeated", id);
          void ask(command, to);
          if (chance.happens(0.5)) await page.wait(chance.between(1, 300));
        }
        if ((await ask(command, to)) !== "no-answer") return;
      }
      await page.wait(chance.between(200, 1_500));
    }
  };

  const work = async (): Promise<void> => {
    while (true) {
      await page.wait(chance.between(150, 800));
      browser.look();
      const rows = [...browser.alarms.values()].filter(({ state }) => state !== "dispositioned");
      const row = rows[Math.floor(chance.uniform() * rows.length)];
      if (row !== undefined) await act(row);
    }
  };
  void work();
};
