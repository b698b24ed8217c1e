import { afterAll, beforeAll, expect } from "vitest";
import type { Browser, Page } from "playwright-core";
import { untouched } from "../../src/core/adjudication.ts";
import type { Adjudication, AlarmCase } from "../../src/domain/adjudication.ts";
import type { AlarmKind } from "../../src/domain/alarms.ts";
import type { LaneId } from "../../src/domain/ids.ts";
import { wallMs } from "../../src/domain/units.ts";
import { caseRecord } from "../../src/stream/core-records.ts";
import { serverMessageSchema } from "../../src/wire/console.ts";
import { partitionOf } from "../../src/wire/partition.ts";
import { seededChance } from "../adapters/source-recorder.ts";
import { anAlarm } from "../core/board-history.ts";
import { hasChromium, launchBrowser, openPage, withChromium } from "./browser.ts";
import { type ConsoleStage, cutLane, openConsoleStage, wellLane } from "./console-stage.ts";
import { openCutProxy } from "./cut-proxy.ts";
import { eventually } from "./program.ts";

/** What comes through the page's socket, and what the page makes of it: rows, tones, what a filter hides. */
let stage: ConsoleStage;
let browser: Browser;
beforeAll(async () => {
  if (hasChromium) [stage, browser] = await Promise.all([openConsoleStage(), launchBrowser()]);
});
afterAll(async () => {
  if (!hasChromium) return;
  await browser.close();
  await stage.close();
});

let occupancies = 0;
const newCase = (kind: AlarmKind, lane: LaneId): AlarmCase => {
  occupancies += 1;
  const raisedAt = wallMs(Date.now() - 1000);
  return {
    alarm: anAlarm({ lane, kind, occupancy: 1000 + occupancies, state: "ended", raisedAt }),
    adjudication: untouched,
  };
};
const say = async (...cases: readonly AlarmCase[]): Promise<void> => {
  const records = cases.map((told) =>
    caseRecord(told, partitionOf(told.alarm.laneId, stage.log.partitionCount)),
  );
  await stage.log.append(records);
};
const changed = (told: AlarmCase, change: Partial<Adjudication>): AlarmCase => {
  const version = told.adjudication.version + 1;
  return { ...told, adjudication: { ...told.adjudication, version, decisiveVersion: version, ...change } };
};
const acknowledged = (told: AlarmCase): AlarmCase => changed(told, { state: "acknowledged" });
const rowsOf = (page: Page): Promise<readonly (readonly [string, string])[]> =>
  page.evaluate(
    `[...document.querySelectorAll('[data-testid="alarm-row"]')].map((row) => [row.dataset.alarm, row.dataset.state])`,
  );

withChromium(
  "tones: none before a touch, one at a time by severity, none while muted, and one for a whole flood",
  { timeout: 90_000 },
  async () => {
    const { page, complaints } = await openPage(browser, stage.url);
    await page.locator('[data-testid="connection-state"][data-kind="current"]').waitFor();
    const tones = async (): Promise<number> =>
      Number((await page.locator("html").getAttribute("data-tones")) ?? "0");
    const lastTone = (): Promise<string | null> => page.locator("html").getAttribute("data-tone");
    const heard = (tone: string, more: number): Promise<true> =>
      eventually(`a tone ${tone}`, async () =>
        (await tones()) >= more && (await lastTone()) === tone ? true : undefined,
      );
    const first = newCase("gamma", wellLane);
    await say(first);
    await page.locator(`[data-alarm="${first.alarm.alarmId}"]`).first().waitFor();
    await page.getByTestId("sound-locked").waitFor();
    expect(await tones(), "the browser forbids it until the page is touched").toBe(0);
    await page.getByTestId("sound-unlock").click();
    await page.getByTestId("sound-locked").waitFor({ state: "detached" });
    await heard("severity-2", 1);
    await heard("severity-2", 2);

    const neutron = newCase("neutron", cutLane);
    await say(neutron);
    await heard("severity-1", 3);
    await say(acknowledged(neutron));
    await heard("severity-2", 4);

    await page.getByTestId("mute").click();
    await page.getByTestId("mute-1").click();
    await page.locator('[data-testid="sound-state"][data-muted="true"]').waitFor();
    expect(await page.getByTestId("sound-state").innerText()).toMatch(
      /Muted, (\d+\s?s|1\s?min 0[01]\s?s) left/,
    );
    const whenMuted = await tones();
    const second = newCase("neutron", cutLane);
    await say(second);
    await page.locator(`[data-alarm="${second.alarm.alarmId}"]`).first().waitFor();
    // A tone would have been due at once, and the repeat after 5 s.
    await eventually("a second of silence that is shown", async () =>
      /Muted, ([0-4]\d|5[0-3])\s?s left/.test(await page.getByTestId("sound-state").innerText())
        ? true
        : undefined,
    );
    expect(await tones()).toBe(whenMuted);
    await page.getByTestId("unmute").click();
    await heard("severity-1", whenMuted + 1);

    const flood = Array.from({ length: 10 }, (_, n) => newCase("gamma", n % 2 === 0 ? wellLane : cutLane));
    for (const one of flood) await say(one);
    await page.getByTestId("flood").waitFor();
    await page.getByTestId("flood").getByText("13 alarms in 10 minutes").waitFor();
    expect(await page.getByTestId("flood").innerText()).toMatch(/2 × Neutron.* 11 × Gamma/);
    const inFlood = await tones();
    await say(newCase("gamma", wellLane));
    await page.getByTestId("flood").getByText("14 alarms in 10 minutes").waitFor();
    expect((await tones()) - inFlood, "no chorus").toBeLessThanOrEqual(1);

    // A filter says what it hides, and hides nothing from the count.
    await page.getByTestId("filter-kind").selectOption("neutron");
    await page.getByTestId("filter-hidden").getByText("12 open alarms hidden by the filter").waitFor();
    await page.getByTestId("filter-lane").selectOption(wellLane);
    await page.getByText("No alarm passes the filter.").waitFor();
    expect(await page.getByTestId("queue-nothing").count(), "which is not that all is quiet").toBe(0);
    await say(newCase("neutron", cutLane));
    await page.getByTestId("filter-hidden").getByText("15 open alarms hidden by the filter").waitFor();
    await page.getByTestId("filter-clear").click();
    await page.getByTestId("filter-hidden").waitFor({ state: "detached" });
    expect(await page.getByTestId("alarm-row").count()).toBe(15);
    expect(complaints).toEqual([]);
    await page.context().close();
  },
);

const reconnects = process.env["LANEWATCH_SLOW"] === "1" ? 1000 : 100;
const seed = 20261122;

/** In the page: rows that stand twice, and rows that were there and are gone, whenever anything is drawn. */
const watchRows = `(() => {
  globalThis.rowFaults = [];
  const known = new Set();
  new MutationObserver(() => {
    const ids = [...document.querySelectorAll('[data-testid="alarm-row"]')].map((row) => row.dataset.alarm);
    const now = new Set(ids);
    if (now.size !== ids.length) globalThis.rowFaults.push("twice: " + ids.join(" "));
    for (const id of known) if (!now.has(id)) globalThis.rowFaults.push("gone: " + id);
    for (const id of ids) known.add(id);
  }).observe(document.body, { childList: true, subtree: true });
  // A network that comes back says so.
  setInterval(() => dispatchEvent(new Event("online")), 10);
})()`;

withChromium(
  `${reconnects} forced reconnects while alarms come and change (seed ${seed}): no row is missed and none is doubled`,
  { timeout: reconnects * 1500 + 60_000 },
  async () => {
    const before = Date.now();
    const proxy = await openCutProxy(Number(new URL(stage.url).port));
    const { page, complaints } = await openPage(browser, proxy.url);
    const told = { resumed: 0, snapshots: 0, broken: [] as string[] };
    let [stream, sequence] = ["", -1];
    /** Of the tests before, from the first whole picture: the page may still be drawing them when it says that it is live. */
    const standing = new Set<string>();
    page.on("websocket", (socket) => {
      let isFirst = true;
      socket.on("framereceived", ({ payload }) => {
        const message = serverMessageSchema.parse(JSON.parse(String(payload)));
        if (message.kind === "snapshot") {
          if (told.snapshots === 0) for (const { alarmId } of message.alarms) standing.add(alarmId);
          told.snapshots += 1;
          ({ stream, sequence } = message);
        } else if (message.kind === "changes") {
          if (isFirst) told.resumed += 1;
          if (message.sequence !== sequence + 1)
            told.broken.push(`${message.sequence} after ${sequence} of ${stream}`);
          sequence = message.sequence;
        } else if (message.kind === "pulse" && isFirst) told.resumed += 1;
        isFirst = false;
      });
    });
    // The page's socket may be older than the ear for it.
    await page.reload();
    await page.locator('[data-testid="connection-state"][data-kind="current"]').waitFor();
    await eventually("the first whole picture", () => (told.snapshots > 0 ? true : undefined), 10_000);
    await page.evaluate(watchRows);

    const random = seededChance(seed);
    const cases = new Map<string, AlarmCase>();
    const kinds: readonly AlarmKind[] = ["gamma", "neutron", "gamma-neutron", "energy"];
    let cuts = 0;
    while (cuts < reconnects) {
      const some = Array.from({ length: 1 + Math.floor(random() * 3) }, (): AlarmCase => {
        const known = [...cases.values()];
        const old = known[Math.floor(random() * known.length)];
        // 150 alarms and the changes of them: the page draws all of their rows.
        const isNew = old === undefined || (random() < 0.3 && known.length < 150);
        const next = isNew
          ? newCase(
              kinds[Math.floor(random() * kinds.length)] ?? "gamma",
              random() < 0.5 ? wellLane : cutLane,
            )
          : acknowledged(old);
        cases.set(next.alarm.alarmId, next);
        return next;
      });
      // Cut before, while or after these are told, as it comes.
      const saying = say(...some);
      if (random() < 0.5) await saying;
      await new Promise((resolve) => setTimeout(resolve, random() * 4));
      cuts += proxy.cut();
      await saying;
      await eventually("the page is back", () => (proxy.talking() > 0 ? true : undefined), 30_000);
    }
    const expected = [...cases.values()].map(
      ({ alarm, adjudication }) => `${alarm.alarmId} ${adjudication.state}`,
    );
    const shown = await eventually(
      "all rows",
      async () => {
        const rows = (await rowsOf(page)).filter(([id]) => !standing.has(id));
        const texts = rows.map((row) => row.join(" "));
        return texts.length >= expected.length && expected.every((text) => texts.includes(text))
          ? texts
          : undefined;
      },
      30_000,
    );
    expect(shown.toSorted()).toEqual(expected.toSorted());
    expect(await page.evaluate("rowFaults")).toEqual([]);
    expect(told.broken).toEqual([]);
    expect(complaints).toEqual([]);
    process.stdout.write(
      `${cuts} reconnects in ${Math.round((Date.now() - before) / 1000)} s over ${cases.size} alarms: ${told.resumed} resumed, ${told.snapshots} began with a whole picture.\n`,
    );
    await page.context().close();
    await proxy.close();
  },
);
