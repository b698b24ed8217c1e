import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from "playwright-core";
import { test } from "vitest";
import { browserCookie, signIn, type TestName } from "../officers.ts";

/** The real browser. A file launches one, and opens a context for each officer. */
const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const hasChromium = existsSync(executablePath);
if (!hasChromium && process.env["CI"] !== undefined)
  throw new Error(`CI needs Chromium at ${executablePath}.`);
if (!hasChromium)
  process.stdout.write(`Browser tests are skipped: there is no Chromium at ${executablePath}.\n`);

export { hasChromium };
export const withChromium = test.skipIf(!hasChromium);

const flags =
  "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";

export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath, args: flags.split(" ") });

export interface OpenedPage {
  readonly page: Page;
  /** The session's cookie, as it goes with a request. */
  readonly cookie: string;
  /** Errors that the page did not catch. */
  readonly complaints: readonly string[];
}

export interface PageWishes {
  readonly name?: TestName;
  /** Where to begin, such as `#/history`. */
  readonly hash?: string;
  readonly context?: BrowserContextOptions;
  readonly cookie?: string;
}

/** A page in a context of its own, signed in. */
export const openPage = async (
  browser: Browser,
  url: string,
  wishes: PageWishes = {},
): Promise<OpenedPage> => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...wishes.context });
  context.setDefaultTimeout(30_000);
  const cookie = wishes.cookie ?? (await signIn(url, wishes.name));
  await context.addCookies([browserCookie(url, cookie)]);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(`${url}/${wishes.hash ?? ""}`);
  return { page, cookie, complaints };
};

/** The row of a lane's open gamma alarm, or of another kind. */
export const rowOf = (page: Page, lane: string, kind = "gamma"): Locator =>
  page.locator(
    `.queue-section:not([data-section="dispositioned"]) [data-alarm^="${lane}~"][data-kind="${kind}"]`,
  );

/** Opens it and waits until it is there. */
export const openAlarm = async (page: Page, lane: string, kind = "gamma"): Promise<void> => {
  const row = rowOf(page, lane, kind);
  if (!page.url().includes("#/alarms/")) await page.locator('nav a[href="#/alarms"]').click();
  await row.waitFor({ timeout: 60_000 });
  const alarmId = (await row.getAttribute("data-alarm")) ?? "";
  await row.getByRole("link").click();
  await page.locator(`[data-alarm="${alarmId}"] [data-testid="alarm-state"]`).waitFor();
};

/**
 * Waits until an expression of the page is true, looking with every frame that is drawn; a locator looks less often. How long it
 * took since `sinceInMs` of `performance.now()` here. In the page's own world, under its own policy.
 */
export const whenDrawn = async (
  page: Page,
  expression: string,
  sinceInMs = performance.now(),
): Promise<number> => {
  const deadline = "performance.now() + 30000";
  await page.evaluate(
    `new Promise((resolve, reject) => {
      const until = ${deadline};
      const look = () => {
        if (${expression}) resolve();
        else if (performance.now() > until) reject(new Error("Not within 30 s: " + ${JSON.stringify(expression)}));
        else requestAnimationFrame(look);
      };
      look();
    })`,
  );
  return Math.round(performance.now() - sinceInMs);
};

/** An expression: the text of a test id has this. */
export const hasText = (testId: string, text: string): string =>
  `(document.querySelector('[data-testid="${testId}"]')?.textContent ?? "").includes(${JSON.stringify(text)})`;
/** An expression: something matches the selector. */
export const isThere = (selector: string): string =>
  `document.querySelector(${JSON.stringify(selector)}) !== null`;

const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe finds against WCAG 2.2 AA, the size of targets included, and its own good practice. Needs `bypassCSP`. */
export const axeViolations = async (page: Page): Promise<readonly string[]> => {
  const isLoaded = await page.evaluate<boolean>('"axe" in globalThis');
  if (!isLoaded)
    await page.addScriptTag({ path: createRequire(import.meta.url).resolve("axe-core/axe.min.js") });
  const options = {
    runOnly: { type: "tag", values: rules },
    rules: { "target-size": { enabled: true } },
    resultTypes: ["violations"],
  };
  const { violations } = await page.evaluate<{
    violations: readonly { id: string; nodes: readonly { html: string; failureSummary?: string }[] }[];
  }>(`axe.run(document, ${JSON.stringify(options)})`);
  return violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary ?? ""}`).join("\n")}`,
  );
};

/** A folder for pictures of what is tested. */
const pictures = process.env["LANEWATCH_PICTURES"];
export const picture = async (page: Page, name: string): Promise<void> => {
  if (pictures !== undefined) await page.screenshot({ path: `${pictures}/${name}.png` });
};
