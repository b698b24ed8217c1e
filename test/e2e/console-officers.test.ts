import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { testPassphrase } from "../officers.ts";
import {
  hasChromium,
  hasText,
  isThere,
  launchBrowser,
  openAlarm,
  type OpenedPage,
  openPage,
  whenDrawn,
  withChromium,
} from "./browser.ts";
import { type ConsoleSite, openConsoleSite, source } from "./console-site.ts";
import { joinConsole, type Officer } from "./officer.ts";
import { eventually } from "./program.ts";

/**
 * Two officers and a supervisor, each with a browser context of their own, at one server: who gets an alarm, and what the
 * others are told. Every test has a lane of its own, whose alarm nobody has touched.
 */
const claimLeaseInMs = 8000;
let browser: Browser;
let site: ConsoleSite;
let ada: OpenedPage;
let ben: OpenedPage;
let sue: OpenedPage;
/** Asks without a browser. */
let watcher: Officer;

beforeAll(async () => {
  if (!hasChromium) return;
  const vehicles = Array.from({ length: 7 }, () => source(2));
  [site, browser] = await Promise.all([openConsoleSite({ vehicles, claimLeaseInMs }), launchBrowser()]);
  [ada, ben, sue, watcher] = await Promise.all([
    openPage(browser, site.url, { name: "Ada" }),
    openPage(browser, site.url, { name: "Ben" }),
    openPage(browser, site.url, { name: "Sue" }),
    joinConsole(site.url, "Eve"),
  ]);
}, 120_000);

afterAll(async () => {
  if (!hasChromium) return;
  watcher.leave();
  await browser.close();
  await site.close();
});

/** Keeps a page's next command back until it is let go; the page waits for the decision meanwhile. */
const keepCommand = async (
  page: Page,
): Promise<{ readonly sent: Promise<void>; readonly letGo: () => void }> => {
  let letGo = (): void => undefined;
  const released = new Promise<void>((resolve) => (letGo = resolve));
  let told = (): void => undefined;
  const sent = new Promise<void>((resolve) => (told = resolve));
  await page.route(
    "**/commands",
    async (route) => {
      told();
      await released;
      await route.continue();
    },
    { times: 1 },
  );
  return { sent, letGo };
};

const progress = (result: string): string => `[data-testid="command-result"][data-result="${result}"]`;
/** Of the alarm that is open on the page: its row may stand in any section of the queue by then. */
const caseOf = async (page: Page, lane: string) => {
  const open = page.locator(`.detail[data-alarm^="${lane}~"]`);
  return watcher.alarmCase((await open.getAttribute("data-alarm")) ?? "");
};
const kindsOf = async (page: Page, lane: string): Promise<readonly string[]> =>
  (await caseOf(page, lane)).adjudication.history.map(({ act, by }) => `${by.name} ${act.kind}`);

const timed = { timeout: 90_000 };

describe("two officers and a supervisor", () => {
  withChromium(
    "a command that has become stale is refused, and the page says what happened",
    timed,
    async () => {
      await Promise.all([openAlarm(ada.page, "lane-2"), openAlarm(ben.page, "lane-2")]);
      const kept = await keepCommand(ada.page);
      await ada.page.getByTestId("claim").click();
      await kept.sent;
      await ben.page.getByTestId("claim").click();
      await ben.page.locator('[data-holding="mine"]').waitFor();
      await ben.page.getByTestId("release").click();
      await ben.page.locator('[data-holding="free"]').waitFor();
      kept.letGo();
      await ada.page.locator(progress("refused")).waitFor();
      const said = ada.page.getByTestId("command-result");
      expect(await said.innerText()).toContain("Refused: The alarm has changed since it was shown.");
      await said.getByText("Meanwhile:").waitFor();
      expect(await said.innerText()).toMatch(/Ben, \d\d:\d\d:\d\d; .*Ben, \d\d:\d\d:\d\d/);
      expect(await kindsOf(ada.page, "lane-2")).toEqual(["Ben claim", "Ben release"]);
      // What is shown now is of now, so the same command is taken.
      await ada.page.getByTestId("claim").click();
      await ada.page.locator('[data-holding="mine"]').waitFor();
    },
  );

  withChromium(
    "a supervisor takes over; what the holder typed is kept, and the holder is told",
    timed,
    async () => {
      await openAlarm(ada.page, "lane-3");
      await ada.page.getByTestId("claim").click();
      await ada.page.getByTestId("notes").fill("Looked at the papers");
      await openAlarm(ben.page, "lane-3");
      await ben.page.locator('[data-holding="other"]').waitFor();
      expect(await ben.page.getByTestId("take-over").count(), "officers cannot").toBe(0);
      await openAlarm(sue.page, "lane-3");
      await sue.page.getByTestId("take-over").click();
      await sue.page.locator('[data-holding="mine"]').waitFor();
      await ada.page
        .getByText("Sue has the alarm now, which you held before. What you typed is kept here.")
        .waitFor();
      expect(await ada.page.getByTestId("dispose").count(), "no form that would be refused").toBe(0);
      await sue.page.getByTestId("release").click();
      await ada.page.locator('[data-holding="free"]').waitFor();
      await ada.page.getByTestId("claim").click();
      await ada.page.locator('[data-holding="mine"]').waitFor();
      expect(await ada.page.getByTestId("notes").inputValue()).toBe("Looked at the papers");
    },
  );

  withChromium(
    "claim at the same moment: one wins, and the other is told who within 1 s",
    timed,
    async () => {
      await Promise.all([openAlarm(ada.page, "lane-1"), openAlarm(ben.page, "lane-1")]);
      await ada.page
        .locator('[data-testid="alarm-row"][data-active="true"]')
        .first()
        .waitFor({ state: "detached" });
      const waits: number[] = [];
      const winners: string[] = [];
      for (let round = 0; round < 4; round += 1) {
        for (const { page } of [ada, ben]) await page.getByTestId("claim").waitFor();
        const kept = [await keepCommand(ada.page), await keepCommand(ben.page)];
        await Promise.all([ada.page.getByTestId("claim").click(), ben.page.getByTestId("claim").click()]);
        await Promise.all(kept.map(({ sent }) => sent));
        const letGoAt = performance.now();
        for (const { letGo } of round % 2 === 0 ? kept : kept.toReversed()) letGo();
        const refused = async ({ page }: OpenedPage, other: string): Promise<boolean> => {
          const [won, lost] = [
            isThere('[data-holding="mine"]'),
            hasText("command-result", `held by ${other}.`),
          ];
          const waitedInMs = await whenDrawn(page, `${won} || ${lost}`, letGoAt);
          if ((await page.locator('[data-holding="mine"]').count()) > 0) return false;
          waits.push(waitedInMs);
          return true;
        };
        const [adaLost, benLost] = await Promise.all([refused(ada, "Ben"), refused(ben, "Ada")]);
        expect([adaLost, benLost].filter(Boolean), "exactly one loses").toHaveLength(1);
        const [winner, loser] = adaLost ? [ben, ada] : [ada, ben];
        winners.push(adaLost ? "Ben" : "Ada");
        await loser.page.locator('[data-holding="other"]').waitFor();
        expect(await loser.page.getByTestId("holding").innerText()).toContain(
          `Held by ${winners.at(-1) ?? ""} `,
        );
        await winner.page.getByTestId("release").click();
      }
      await ada.page.locator('[data-holding="free"]').waitFor();
      process.stdout.write(`The officer who lost was told after ${waits.join(", ")} ms.\n`);
      expect(Math.max(...waits)).toBeLessThan(1000);
      const told = winners.flatMap((name) => [`${name} claim`, `${name} release`]);
      expect(await kindsOf(ada.page, "lane-1")).toEqual(told);
    },
  );

  withChromium(
    "what needs a second person stands only when another supervisor's word is there",
    timed,
    async () => {
      await openAlarm(ben.page, "lane-4");
      await ben.page.getByTestId("claim").click();
      await ben.page.getByTestId("disposition-contraband-found").check();
      await ben.page.getByTestId("vehicle").fill("XY 99");
      await ben.page.getByTestId("isotopes").fill("137Cs,");
      await ben.page.getByTestId("riidResult").fill("137Cs, confidence 9");
      await ben.page.getByTestId("notes").fill("Under the seat.");
      await ben.page.getByTestId("dispose").click();
      await ben.page
        .getByTestId("confirm")
        .getByText("A supervisor has to approve this disposition.")
        .waitFor();
      await ben.page.getByTestId("confirm-send").click();
      await ben.page.getByTestId("awaiting").waitFor();
      expect(await ben.page.getByTestId("approve").count()).toBe(0);
      expect(await ben.page.getByTestId("withdraw").count()).toBe(1);
      expect((await caseOf(ben.page, "lane-4")).adjudication).toMatchObject({
        state: "awaiting-approval",
        disposal: null,
      });

      await sue.page.locator('[data-section="awaiting"] [data-alarm^="lane-4~"]').waitFor();
      await openAlarm(sue.page, "lane-4");
      await sue.page.getByTestId("awaiting").getByText("Under the seat.").waitFor();
      await sue.page.getByTestId("remark").fill("Seen it.");
      await sue.page.getByTestId("approve").click();
      await sue.page.getByTestId("settled").waitFor();
      await ben.page.getByTestId("settled").waitFor();
      expect(await ben.page.getByTestId("settled").innerText()).toContain("approved by Sue");

      // Reopening needs a second person too, and a supervisor is not one to herself.
      await sue.page.getByTestId("open-reopen").click();
      await sue.page.getByTestId("reopenReason").fill("Another look");
      await sue.page.getByTestId("send-reopen").click();
      await sue.page.getByTestId("awaiting").waitFor();
      expect(await sue.page.getByTestId("approve").count()).toBe(0);
      await sue.page.getByTestId("withdraw").click();
      await sue.page.getByTestId("settled").waitFor();
      await sue.page.getByTestId("awaiting").waitFor({ state: "detached" });
      expect(await kindsOf(ben.page, "lane-4")).toEqual([
        "Ben claim",
        "Ben dispose",
        "Sue approve",
        "Sue reopen",
        "Sue withdraw",
      ]);
    },
  );

  withChromium("a claim is renewed while its page is open, and runs out when it is not", timed, async () => {
    await openAlarm(ada.page, "lane-5");
    await ada.page.getByTestId("claim").click();
    await ada.page.locator('[data-holding="mine"]').waitFor();
    const until = async (): Promise<number> =>
      (await caseOf(ada.page, "lane-5")).adjudication.claim?.until ?? 0;
    const first = await until();
    await openAlarm(ben.page, "lane-5");
    await eventually("the time when the first lease is over", () => Date.now() > first || undefined, 20_000);
    expect(await until()).toBeGreaterThan(first);
    await ben.page.locator('[data-holding="other"]').waitFor();
    expect(await ben.page.getByTestId("claim").count()).toBe(0);
    expect(await kindsOf(ada.page, "lane-5"), "renewals are no history").toEqual(["Ada claim"]);

    await ada.page.goto(`${site.url}/#/lanes`);
    const claim = ben.page.getByTestId("claim");
    await claim.waitFor({ timeout: 3 * claimLeaseInMs });
    expect(await ben.page.getByTestId("holding").innerText()).toMatch(
      /The hold of Ada ran out at \d\d:\d\d:\d\d/,
    );
    await claim.click();
    await ben.page.locator('[data-holding="mine"]').waitFor();
  });

  withChromium(
    "a command is shown as pending until its decision is back, however long that takes",
    timed,
    async () => {
      await openAlarm(ada.page, "lane-6");
      site.program().process.kill("SIGSTOP");
      await ada.page.getByTestId("claim").click();
      await ada.page.locator(progress("pending")).waitFor();
      await whenDrawn(ada.page, isThere('[data-testid="connection-banner"]'));
      expect(await ada.page.getByTestId("command-result").innerText()).toContain(
        "waiting for the server's decision",
      );
      expect(await ada.page.locator('[data-holding="free"]').count(), "nothing is taken for done").toBe(1);
      expect(await ada.page.getByTestId("claim").isDisabled()).toBe(true);
      site.program().process.kill("SIGCONT");
      await ada.page.locator('[data-holding="mine"]').waitFor();
      await ada.page.locator(progress("accepted")).waitFor();
      expect(await kindsOf(ada.page, "lane-6"), "once, however often it was sent").toEqual(["Ada claim"]);
    },
  );

  withChromium("a session that ends over a half-typed form: sign in there, and go on", timed, async () => {
    await openAlarm(ada.page, "lane-7");
    await ada.page.getByTestId("claim").click();
    await ada.page.getByTestId("disposition-norm-found").check();
    await ada.page.getByTestId("commodity").fill("Tiles");
    await ada.page.getByTestId("notes").fill("half a sen");
    await fetch(`${site.url}/api/session`, { method: "DELETE", headers: { cookie: ada.cookie } });
    const dialog = ada.page.getByTestId("sign-in-dialog");
    await dialog.waitFor();
    expect(await ada.page.getByTestId("sign-in-name").inputValue()).toBe("Ada");
    await ada.page.getByTestId("sign-in-passphrase").fill("not the passphrase");
    await ada.page.getByTestId("sign-in").click();
    await ada.page.getByText("The name or the passphrase is wrong.").waitFor();
    await ada.page.getByTestId("sign-in-passphrase").fill(testPassphrase);
    await ada.page.getByTestId("sign-in").click();
    await dialog.waitFor({ state: "detached" });
    await ada.page.locator('[data-testid="connection-state"][data-kind="current"]').waitFor();
    expect(await ada.page.getByTestId("notes").inputValue()).toBe("half a sen");
    await ada.page.getByTestId("notes").fill("half a sentence");
    await ada.page.getByTestId("dispose").click();
    await ada.page.getByTestId("confirm-send").click();
    await ada.page.getByTestId("settled").waitFor();
    expect((await caseOf(ada.page, "lane-7")).adjudication.disposal).toMatchObject({
      by: { name: "Ada" },
      entry: { commodity: "Tiles", notes: "half a sentence" },
    });
    for (const { complaints } of [ada, ben, sue]) expect(complaints).toEqual([]);
  });
});
