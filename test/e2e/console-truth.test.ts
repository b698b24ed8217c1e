import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { browserCookie } from "../officers.ts";
import { burstAlarm, lateAlarm, lossesOf, told, vacantAlarm } from "./console-history.ts";
import { type ConsoleStage, cutLane, openConsoleStage, silentLane, wellLane } from "./console-stage.ts";

/** What the page says of what is not as it should be: lanes cut off, a core that is down, alarms that are of then. */
const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const hasChromium = existsSync(executablePath);
if (!hasChromium && process.env["CI"] !== undefined)
  throw new Error(`CI needs Chromium at ${executablePath}.`);
const withChromium = test.skipIf(!hasChromium);
/** A folder for pictures of what is tested. */
const pictures = process.env["LANEWATCH_PICTURES"];

const flags =
  "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";

let stage: ConsoleStage;
let browser: Browser | undefined;
beforeEach(async () => {
  if (!hasChromium) return;
  [stage, browser] = await Promise.all([
    openConsoleStage(),
    chromium.launch({ executablePath, args: flags.split(" ") }),
  ]);
});
afterEach(async () => {
  if (!hasChromium) return;
  await browser?.close();
  await stage.close();
});

const openPage = async (colorScheme: "light" | "dark" = "light"): Promise<Page> => {
  if (browser === undefined) throw new Error("No browser.");
  const viewport = { width: 1440, height: 900 };
  const context = await browser.newContext({
    colorScheme,
    viewport,
    bypassCSP: true,
    reducedMotion: "reduce",
  });
  await context.addCookies([browserCookie(stage.url, stage.cookie)]);
  const page = await context.newPage();
  await page.goto(stage.url);
  return page;
};

const tileOf = (page: Page, lane: string) => page.locator(`[data-testid="lane-tile"][data-lane="${lane}"]`);
const inCondition = (page: Page, lane: string, condition: string, timeout: number) =>
  page
    .locator(`[data-testid="lane-tile"][data-lane="${lane}"][data-condition="${condition}"]`)
    .waitFor({ timeout });
const conditionOf = (page: Page, lane: string) =>
  tileOf(page, lane).getByTestId("lane-condition").innerText();
const picture = async (page: Page, name: string): Promise<void> => {
  if (pictures !== undefined) await page.screenshot({ path: `${pictures}/${name}.png` });
};

const axeViolations = async (page: Page): Promise<readonly string[]> => {
  await page.addScriptTag({ path: createRequire(import.meta.url).resolve("axe-core/axe.min.js") });
  const { violations } = await page.evaluate<{
    violations: readonly { id: string; nodes: readonly { html: string }[] }[];
  }>("axe.run(document)");
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
};

withChromium(
  "a lane that is cut off from the log shows within 3 s and comes back; others are not touched; then the core is down",
  { timeout: 90_000 },
  async () => {
    const page = await openPage();
    await inCondition(page, cutLane, "vacant", 10_000);
    await inCondition(page, wellLane, "vacant", 10_000);
    expect(await conditionOf(page, silentLane)).toBe("Never heard");
    expect(await page.getByTestId("queue-unseen").innerText()).toContain("Of 1 lane nothing is known");

    await stage.cutAfterFrame();
    const cutAt = performance.now();
    // Looked for with every frame that is drawn; a locator looks every half second.
    await page.waitForFunction(
      `document.querySelector('[data-lane="${cutLane}"][data-condition="no-data"]') !== null`,
      undefined,
      { polling: "raf", timeout: 10_000 },
    );
    const shownAfterInMs = Math.round(performance.now() - cutAt);
    process.stdout.write(`A cut showed after ${shownAfterInMs} ms.\n`);
    expect(shownAfterInMs).toBeLessThan(3000);
    expect(await conditionOf(page, cutLane)).toMatch(/^No data for \d+\ss$/);
    expect(await tileOf(page, cutLane).innerText()).toContain("link was up");
    expect(await conditionOf(page, wellLane)).toBe("Vacant");
    await picture(page, "cut-off");

    stage.mend();
    await inCondition(page, cutLane, "vacant", 10_000);

    await stage.stopCore();
    await inCondition(page, wellLane, "not-judged", 20_000);
    expect(await conditionOf(page, wellLane)).toMatch(/^Not judged for \d+\ss$/);
    await inCondition(page, cutLane, "not-judged", 20_000);
    await picture(page, "core-down");
    stage.startCore();
    await inCondition(page, wellLane, "vacant", 10_000);
    await inCondition(page, cutLane, "vacant", 10_000);
  },
);

withChromium(
  "late, vacant and withheld alarms and missing frames are said for what they are, and axe finds nothing",
  { timeout: 90_000 },
  async () => {
    const now = Date.now();
    const say = told(cutLane, stage.log.partitionCount);
    const late = lateAlarm(cutLane, now);
    const vacant = vacantAlarm(cutLane, now);
    const burst = burstAlarm(cutLane, now);
    const events = [
      say.event({ kind: "alarm-ended", at: late.raisedAt, alarm: late }, now, true),
      say.event({ kind: "alarm-raised", at: vacant.raisedAt, alarm: vacant }, now),
      say.event({ kind: "alarm-withheld", at: burst.raisedAt, alarm: burst }, now, true),
      ...lossesOf(now).map((event) => say.event(event, now)),
    ];
    await stage.log.append([...events, say.alarmCase(late), say.alarmCase(vacant)]);
    for (const scheme of ["light", "dark"] as const) {
      const page = await openPage(scheme);
      const tile = tileOf(page, cutLane);
      const losses = await tile.getByTestId("lane-losses").innerText();
      expect(losses).toMatch(/12\sframes missing now/i);
      expect(losses).toMatch(/370\sframes came late/i);
      expect(losses).toContain("18 frames gone for good: the edge's disk was full");
      expect(await tile.innerText()).toContain("The edge's clock is 3.2 s behind the log's.");

      const rows = page.getByTestId("alarm-row");
      expect(await rows.count(), "the withheld one is not among them").toBe(2);
      const lateRow = rows.filter({ hasText: "Arrived late" });
      expect(await lateRow.innerText()).toMatch(
        /passed at \d\d:\d\d:\d\d, 9\smin 00\ss before its alarm came/,
      );
      expect(await page.getByText("In the portal").count(), "no vehicle is there").toBe(0);

      const toggle = tile.getByTestId("lane-withheld").getByRole("button");
      expect(await toggle.getAttribute("aria-expanded")).toBe("false");
      await toggle.focus();
      await page.keyboard.press("Enter");
      const item = tile.getByTestId("lane-withheld").getByRole("listitem");
      await item.waitFor();
      expect(await item.innerText()).toContain("Neutron, Cosmic burst");
      expect(await item.innerText()).toContain("9 neutrons within 2 s");

      await lateRow.click();
      const notice = page.getByTestId("alarm-notice");
      await notice.waitFor();
      expect(await notice.innerText()).toContain("The vehicle is not in the portal.");
      expect(await page.getByTestId("profile-chart").count()).toBe(1);
      expect(await axeViolations(page), `late, ${scheme}`).toEqual([]);
      await picture(page, `late-${scheme}`);

      await rows.filter({ hasText: "No vehicle in the lane" }).click();
      const limits = page.getByTestId("vacant-limits");
      await limits.waitFor();
      expect(await limits.innerText()).toMatch(/All panels\s+29,286\s+30,313\s+34,110/);
      expect(await page.getByTestId("profile-chart").count()).toBe(0);
      expect(await notice.innerText()).toContain("No vehicle was in the lane");
      expect(await axeViolations(page), `vacant, ${scheme}`).toEqual([]);
      await picture(page, `vacant-${scheme}`);
      if (scheme === "light") {
        for (const [name, width] of Object.entries({ tablet: 1024, phone: 420 })) {
          await page.setViewportSize({ width, height: 800 });
          await picture(page, name);
        }
      }
      await page.context().close();
    }
  },
);
