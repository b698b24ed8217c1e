import { randomUUID } from "node:crypto";
import { WebSocket } from "ws";
import { alarmCaseSchema } from "../../src/wire/alarm.ts";
import { decisionSchema, type RequestedAct } from "../../src/wire/command.ts";
import { type AlarmRow, type LaneView, serverMessageSchema } from "../../src/wire/console.ts";
import type { AlarmCase, Decision } from "../../src/domain/adjudication.ts";
import { signIn, type TestName } from "../officers.ts";

/** What an officer's browser holds, without the browser: follows the console's socket and acts through its API. */
export interface Officer {
  readonly alarms: ReadonlyMap<string, AlarmRow>;
  readonly lanes: ReadonlyMap<string, LaneView>;
  /** The decision; fails where it is a refusal. `expectedVersion`: the row's, where none is said. */
  readonly act: (row: AlarmRow, act: RequestedAct, expectedVersion?: number) => Promise<Decision>;
  readonly alarmCase: (alarmId: string) => Promise<AlarmCase>;
  readonly leave: () => void;
}

/** Signs in as one of the tests' users, whom the site's configuration has to name (`usersLine`). */
export const joinConsole = async (url: string, name: TestName = "Ada"): Promise<Officer> => {
  const cookie = await signIn(url, name);
  const alarms = new Map<string, AlarmRow>();
  const lanes = new Map<string, LaneView>();
  const socket = new WebSocket(`${url.replace("http", "ws")}/ws`, { headers: { cookie } });
  const joined = new Promise<void>((resolve, reject) => {
    socket.on("error", reject);
    socket.on("message", (raw: Buffer) => {
      const message = serverMessageSchema.parse(JSON.parse(raw.toString("utf8")));
      if (message.kind !== "snapshot" && message.kind !== "changes") return;
      for (const row of message.alarms) alarms.set(row.alarmId, row);
      for (const lane of message.lanes) lanes.set(lane.laneId, lane);
      if (message.kind === "snapshot") resolve();
    });
  });
  socket.on("open", () => socket.send(JSON.stringify({ kind: "hello", resume: null })));
  await joined;
  // A server that is killed takes the socket with it; that is what the tests are about.
  socket.removeAllListeners("error").on("error", () => undefined);

  return {
    alarms,
    lanes,
    act: async (row, act, expectedVersion = row.adjudicationVersion) => {
      const body = { commandId: randomUUID(), expectedVersion, act };
      const response = await fetch(`${url}/api/alarms/${encodeURIComponent(row.alarmId)}/commands`, {
        method: "POST",
        headers: { "content-type": "application/json", cookie },
        body: JSON.stringify(body),
      });
      const told: unknown = await response.json();
      if (!response.ok) throw new Error(`${response.status}: ${JSON.stringify(told)}`);
      return decisionSchema.parse(told);
    },
    alarmCase: async (alarmId) => {
      const response = await fetch(`${url}/api/alarms/${encodeURIComponent(alarmId)}`, {
        headers: { cookie },
      });
      return alarmCaseSchema.parse(await response.json());
    },
    leave: () => socket.terminate(),
  };
};
