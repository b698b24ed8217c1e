import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import {
  hasChromium,
  isThere,
  launchBrowser,
  openAlarm,
  openPage,
  rowOf,
  whenDrawn,
  withChromium,
} from "./browser.ts";
import { type ConsoleSite, openConsoleSite, source } from "./console-site.ts";
import { joinConsole } from "./officer.ts";
import { eventually } from "./program.ts";

/** The real program with a simulated portal, in a real browser: what an officer sees and does. */
let browser: Browser;
let site: ConsoleSite | undefined;
beforeAll(async () => {
  if (hasChromium) browser = await launchBrowser();
});
afterEach(async () => {
  await site?.close();
  site = undefined;
});
afterAll(async () => {
  if (hasChromium) await browser.close();
});

withChromium(
  "a source vehicle: the alarm is on the screen while it passes, is charted, disposed of, and stays so",
  { timeout: 120_000 },
  async () => {
    site = await openConsoleSite({ vehicles: [source(6)] });
    const { page, complaints } = await openPage(browser, site.url);
    const row = rowOf(page, "lane-1");
    await row.waitFor({ timeout: 60_000 });
    expect(await row.getAttribute("data-active"), "raised during the occupancy").toBe("true");
    const watcher = await joinConsole(site.url);
    expect(watcher.lanes.get("lane-1")?.occupied).toBe(true);
    watcher.leave();

    await row.getByRole("link").click();
    const chart = page.getByTestId("profile-chart");
    await chart.waitFor();
    expect(await chart.locator("canvas").count()).toBeGreaterThan(0);

    await page.getByTestId("acknowledge").click();
    await page.locator('[data-testid="alarm-state"][data-state="acknowledged"]').waitFor();
    await page.getByTestId("claim").click();
    // By keys alone: the code's number, then what the code asks for, then a last look.
    await page.getByTestId("disposition-contraband-found").waitFor();
    await page.keyboard.press("4");
    await page.locator('[data-testid="disposition-norm-found"]:checked').waitFor();
    await page.keyboard.press("Control+Enter");
    await page.getByText("Commodity is still missing.").waitFor();
    expect(await page.getByTestId("confirm-send").count(), "nothing is sent without it").toBe(0);
    await page.getByTestId("commodity").fill("Granite");
    await page.getByTestId("vehicle").fill("AB 123");
    await page.getByTestId("notes").fill("Granite slabs, papers in order.");
    await page.keyboard.press("Control+Enter");
    await page.getByTestId("confirm-send").waitFor();
    await page.keyboard.press("Control+Enter");
    await page.getByTestId("settled").waitFor();
    await page.locator('[data-testid="alarm-row"][data-state="dispositioned"]').waitFor();

    await page.reload();
    const after = page.locator('[data-testid="alarm-row"][data-state="dispositioned"]');
    await after.waitFor();
    expect(await after.count()).toBe(1);
    await page.getByText("Granite slabs, papers in order.").first().waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
    expect((await site.program().kill("SIGTERM")).code).toBe(0);
  },
);

withChromium(
  "a server that is killed and started again while a form is being filled in: it shows within 3 s, and nothing typed is lost",
  { timeout: 120_000 },
  async () => {
    site = await openConsoleSite({ vehicles: [source(3)] });
    const { page, complaints } = await openPage(browser, site.url);
    await openAlarm(page, "lane-1");
    const alarmId = (await rowOf(page, "lane-1").getAttribute("data-alarm")) ?? "";
    // With the program its portals begin anew, and the vehicle passes again: this is the alarm of the first.
    const row = page.locator(`[data-testid="alarm-row"][data-alarm="${alarmId}"]`);
    await page.getByTestId("claim").click();
    await page.getByTestId("disposition-declared-shipment").check();
    await page.getByTestId("isotopes").pressSequentially("137Cs,60C");
    await page.getByTestId("commodity").fill("Sealed sources");
    await page.getByTestId("notes").fill("half a sentence");
    expect(await page.getByTestId("connection-banner").count()).toBe(0);

    // Stopped, not killed: the socket stays open and says nothing, which is the harder case.
    site.program().process.kill("SIGSTOP");
    const stoppedAt = performance.now();
    const shownAfterInMs = await whenDrawn(page, isThere('[data-testid="connection-banner"]'), stoppedAt);
    process.stdout.write(`A server that says nothing showed after ${shownAfterInMs} ms.\n`);
    expect(shownAfterInMs).toBeLessThan(3000);
    const banner = page.getByTestId("connection-banner");
    expect(await banner.innerText()).toMatch(/what you see is \d+\s?s old/);
    await page.getByTestId("riidResult").fill("typed without a server");
    await site.program().kill("SIGKILL");
    await banner.waitFor();
    expect(await page.getByTestId("queue-nothing").count(), "never says that all is quiet").toBe(0);

    await site.startAgain();
    await banner.waitFor({ state: "detached" });
    const typed = async (): Promise<readonly string[]> =>
      Promise.all(
        ["isotopes", "commodity", "riidResult", "notes"].map((field) => page.getByTestId(field).inputValue()),
      );
    const asTyped = ["60C", "Sealed sources", "typed without a server", "half a sentence"];
    // The isotope being typed becomes a token when the field is left.
    const tokens = page.locator(".token");
    const kept = await typed();
    expect(kept.slice(1)).toEqual(asTyped.slice(1));
    expect(await tokens.allInnerTexts()).toEqual([expect.stringContaining("137Cs"), expect.anything()]);
    expect(await page.getByTestId("disposition-declared-shipment").isChecked()).toBe(true);
    expect(await row.count(), "once").toBe(1);

    // The page itself may be loaded anew, too.
    await page.reload();
    await page.getByTestId("notes").waitFor();
    expect((await typed()).slice(1)).toEqual(asTyped.slice(1));

    await page.getByTestId("notes").fill("half a sentence, and its end");
    await page.getByTestId("dispose").click();
    await page.getByTestId("confirm-send").click();
    await page.getByTestId("settled").waitFor();
    const officer = await joinConsole(site.url);
    const { adjudication } = await eventually("the disposition", async () => {
      const alarmCase = await officer.alarmCase(alarmId);
      return alarmCase.adjudication.disposal === null ? undefined : alarmCase;
    });
    expect(adjudication.disposal?.entry).toMatchObject({
      disposition: "declared-shipment",
      notes: "half a sentence, and its end",
      riidResult: "typed without a server",
    });
    expect(adjudication.history.map(({ act }) => act.kind)).toEqual(["claim", "dispose"]);
    officer.leave();
    expect(complaints).toEqual([]);
    await page.context().close();
  },
);
