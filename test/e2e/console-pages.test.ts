import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import {
  axeViolations,
  hasChromium,
  launchBrowser,
  openAlarm,
  type OpenedPage,
  openPage,
  picture,
  rowOf,
  withChromium,
} from "./browser.ts";
import { type ConsoleSite, openConsoleSite, source } from "./console-site.ts";
import { joinConsole } from "./officer.ts";
import { writePastAlarms } from "./past-alarms.ts";
import { freePort } from "./program.ts";

/** The pages of the real program: what an officer finds on them, in every language, and that everybody can use them. */
let browser: Browser;
let site: ConsoleSite;
let sue: OpenedPage;
let eve: OpenedPage;

const timed = { timeout: 90_000 };
/** More than a board keeps of alarms that are over. */
const pastAlarms = 520;

beforeAll(async () => {
  if (!hasChromium) return;
  const dead = `  - {id: lane-3, name: North 3, source: {kind: tcp, host: 127.0.0.1, port: ${await freePort()}}}`;
  [site, browser] = await Promise.all([
    openConsoleSite({
      vehicles: [source(2), "{atS: 2, load: 252Cf, speedKph: 12}"],
      lanes: dead,
      more: "guidance: {gamma: Ask for the papers., norm-found: Note the commodity.}\nmap: {lanes: {lane-1: {x: 0.3, y: 0.2}, lane-3: {x: 0.6, y: 0.7}}}",
      before: async (folder) => {
        await mkdir(join(folder, "log"));
        await writePastAlarms(join(folder, "log"), pastAlarms);
      },
    }),
    launchBrowser(),
  ]);
  const context = { bypassCSP: true, reducedMotion: "reduce", acceptDownloads: true } as const;
  [sue, eve] = await Promise.all([
    openPage(browser, site.url, { name: "Sue", context }),
    openPage(browser, site.url, { name: "Eve", context, hash: "#/replay" }),
  ]);
}, 120_000);

afterAll(async () => {
  if (!hasChromium) return;
  await browser.close();
  await site.close();
});

const goTo = async (page: Page, name: string): Promise<void> => {
  await page.locator(`nav a[href="#/${name}"]`).click();
  await page.locator(name === "alarms" ? "#queue-heading" : "#page-heading, #lanes-heading").waitFor();
};

withChromium("the history finds an alarm that is on no board any more, and opens it", timed, async () => {
  const { page } = sue;
  await goTo(page, "history");
  await page.getByTestId("history-text").fill("old1003");
  const row = page.getByTestId("closed-table").locator("tbody tr");
  await page.getByTestId("closed-table").getByText("OLD 1003").waitFor();
  expect(await row.count()).toBe(1);
  const open = page.getByTestId("history-open");
  expect(await open.innerText(), "open alarms are searched too").toMatch(/none|no open/i);
  await row.getByRole("link").click();
  await page.getByTestId("settled").waitFor();
  expect(await page.getByTestId("settled").innerText()).toContain("NORM found, by Ada");
  const alarmId = decodeURIComponent(page.url().split("#/alarms/")[1] ?? "");
  const watcher = await joinConsole(site.url, "Eve");
  expect(watcher.alarms.has(alarmId)).toBe(false);
  expect(watcher.alarms.size).toBeGreaterThanOrEqual(500);
  watcher.leave();
  // What was sought is still there on the way back.
  await page.goBack();
  await page.getByTestId("closed-table").getByText("OLD 1003").waitFor();
  expect(await page.getByTestId("history-text").inputValue()).toBe("old1003");
  await page.getByTestId("history-clear").click();
  await page.getByTestId("older").click();
  await page.locator("nav.paging").getByText("2").waitFor();
});

withChromium("earlier alarms of the vehicle are found while its number is typed", timed, async () => {
  const { page } = sue;
  await openAlarm(page, "lane-1");
  expect(await page.getByTestId("guidance").innerText()).toContain("Ask for the papers.");
  await page.getByTestId("claim").click();
  await page.getByTestId("vehicle").fill("OLD 1004");
  const related = page.getByTestId("related");
  await related.getByRole("link").waitFor();
  expect(await related.innerText()).toContain("NORM found");
  await page.getByTestId("disposition-norm-found").check();
  await page.getByTestId("disposition-guidance").getByText("Note the commodity.").waitFor();
});

const picturePng = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

withChromium("pictures are attached, shown and kept; what is no picture is refused", timed, async () => {
  const { page } = sue;
  await openAlarm(page, "lane-1");
  const attachments = page.getByTestId("attachments");
  const file = page.getByTestId("attach-file");
  await file.setInputFiles({ name: "papers.txt", mimeType: "text/plain", buffer: Buffer.from("no") });
  await attachments.getByText("papers.txt is not taken").waitFor();
  await file.setInputFiles({ name: "trunk.png", mimeType: "image/png", buffer: Buffer.from("no picture") });
  await attachments.getByText("Files of this kind are not taken").waitFor();
  await file.setInputFiles({ name: "trunk.png", mimeType: "image/png", buffer: picturePng });
  const held = attachments.getByRole("link", { name: "trunk.png" });
  await held.waitFor();
  const response = await fetch(new URL((await held.getAttribute("href")) ?? "", site.url), {
    headers: { cookie: sue.cookie },
  });
  expect(Buffer.from(await response.arrayBuffer())).toEqual(picturePng);
  await page.getByTestId("timeline").getByText("trunk.png").waitFor();
});

const n42Schema = fileURLToPath(new URL("../../../shared/data/n42/n42.xsd", import.meta.url));

withChromium("every document of an alarm is handed to the browser, and is what it says", timed, async () => {
  const { page } = sue;
  await openAlarm(page, "lane-2", "neutron");
  await page.getByTestId("exports").click();
  const saved = async (kind: string): Promise<{ path: string; bytes: Buffer; name: string }> => {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByTestId(`export-${kind}`).click(),
    ]);
    const path = await download.path();
    return { path, bytes: await readFile(path), name: download.suggestedFilename() };
  };
  const begins = (bytes: Buffer): string => bytes.subarray(0, 5).toString("latin1");
  const n42 = await saved("n42");
  expect(n42.name).toMatch(/\.n42$/);
  expect(n42.bytes.toString("utf8")).toContain("<RadInstrumentData");
  if (existsSync("/usr/bin/xmllint") && existsSync(n42Schema)) {
    const { stderr } = await promisify(execFile)("xmllint", ["--noout", "--schema", n42Schema, n42.path]);
    expect(stderr).toMatch(/ validates$/m);
  }
  const csv = await saved("csv");
  expect(csv.bytes.toString("utf8").split("\n").length).toBeGreaterThan(10);
  expect(begins((await saved("pdf")).bytes)).toBe("%PDF-");
  const zip = await saved("zip");
  expect(begins(zip.bytes)).toMatch(/^PK/);
  expect(zip.bytes.length).toBeGreaterThan(n42.bytes.length / 10);
  expect((await saved("raw")).bytes.length).toBeGreaterThan(100);
  expect((await saved("picture")).bytes.length).toBeGreaterThan(500);
  await page.keyboard.press("Escape");
});

withChromium(
  "a fault is shelved with a reason and taken back; alarms are not touched by it",
  timed,
  async () => {
    const { page } = sue;
    await goTo(page, "lanes");
    const tile = page.locator('[data-testid="lane-tile"][data-lane="lane-3"]');
    await tile.scrollIntoViewIfNeeded();
    await tile.getByTestId("shelve").first().click();
    await page.getByTestId("shelf-send").click();
    await page.getByTestId("shelve-dialog").getByText("Say why, and who sees to it.").waitFor();
    await page.getByTestId("shelf-reason").fill("The cable is being laid anew, Lund sees to it");
    await page.getByTestId("shelf-send").click();
    await page.getByTestId("shelve-dialog").waitFor({ state: "detached" });
    await tile.getByTestId("lane-shelf").waitFor();
    const shelf = await tile.getByTestId("lane-shelf").innerText();
    expect(shelf).toContain("Lund sees to it");
    expect(shelf).toContain("Sue");
    expect(await tile.getAttribute("data-condition"), "still said for what it is").toBe("link-down");
    await tile.getByTestId("unshelve").click();
    await tile.getByTestId("lane-shelf").waitFor({ state: "detached" });
    await tile.getByTestId("shelve").first().waitFor();
  },
);

const chooseLanguage = async (page: Page, language: string): Promise<void> => {
  const settings = page.getByTestId("settings");
  if ((await settings.getAttribute("aria-expanded")) !== "true") await settings.click();
  await page.getByTestId("language").selectOption(language);
  await page.locator(`html[lang="${language}"]`).waitFor();
  await page.keyboard.press("Escape");
};

withChromium("each language with its direction, kept over a reload", timed, async () => {
  const { page } = sue;
  await goTo(page, "alarms");
  const headings = new Set<string>();
  for (const language of ["es", "fr", "ru", "ar"]) {
    await chooseLanguage(page, language);
    expect(await page.locator("html").getAttribute("dir")).toBe(language === "ar" ? "rtl" : "ltr");
    headings.add(await page.locator("#queue-heading").innerText());
  }
  expect(headings.size).toBe(4);
  expect(headings.has("Alarms")).toBe(false);
  await page.reload();
  await page.locator('html[lang="ar"][dir="rtl"]').waitFor();
  const lanes = (await page.locator("section.lanes, .lanes").first().boundingBox())?.x ?? 0;
  const queue = (await page.locator("section.queue").boundingBox())?.x ?? 0;
  expect(queue, "begins at the right").toBeGreaterThan(lanes);
  await chooseLanguage(page, "en");
  await page.locator('html[dir="ltr"]').waitFor();
});

/** A page and what is on it once it is whole. */
const pagesOfSue = {
  alarms: '[data-testid="alarm-row"]',
  lanes: '[data-testid="lane-tile"]',
  map: '[data-testid="lane-mark"]',
  history: '[data-testid="closed-table"]',
  figures: '[data-testid="figures-basis"]',
  handover: '[data-testid="handover-report"]',
  trends: "#page-heading",
} as const;

const audit = async (page: Page, name: string): Promise<readonly string[]> => {
  const found: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    for (const violation of await axeViolations(page)) found.push(`${name}, ${colorScheme}: ${violation}`);
    await picture(page, `${name}-${colorScheme}`);
  }
  return found;
};

for (const language of ["en", "ar"]) {
  withChromium(
    `axe finds nothing on any page, light and dark: ${language}`,
    { timeout: 240_000 },
    async () => {
      const { page } = sue;
      await Promise.all([chooseLanguage(page, language), chooseLanguage(eve.page, language)]);
      const found: string[] = [];
      for (const [name, whole] of Object.entries(pagesOfSue)) {
        await page.locator(`nav a[href="#/${name}"]`).click();
        await page.locator(whole).first().waitFor();
        found.push(...(await audit(page, `${name}-${language}`)));
      }
      await eve.page.locator("#page-heading").waitFor();
      found.push(...(await audit(eve.page, `replay-${language}`)));
      await page.locator('nav a[href="#/alarms"]').click();
      await rowOf(page, "lane-1").getByRole("link").click();
      await page.getByTestId("disposition").waitFor();
      await page.getByTestId("profile-chart").waitFor();
      found.push(...(await audit(page, `alarm-${language}`)));
      expect(found.join("\n\n")).toBe("");
      for (const { complaints } of [sue, eve]) expect(complaints).toEqual([]);
    },
  );
}
