import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { browserCookie, signIn, usersLine } from "../officers.ts";
import { joinConsole } from "./officer.ts";
import { freePort, type RunningProgram, startProgram, temporaryFolder, writeIn } from "./program.ts";

/** The real program with a simulated portal, in a real browser: what an officer sees and does. */
const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const hasChromium = existsSync(executablePath);
if (!hasChromium && process.env["CI"] !== undefined)
  throw new Error(`CI needs Chromium at ${executablePath}.`);
const withChromium = test.skipIf(!hasChromium);
if (!hasChromium)
  process.stdout.write(`Browser tests are skipped: there is no Chromium at ${executablePath}.\n`);

const flags =
  "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";

let folder: string;
let browser: Browser | undefined;
let config: string;

const site = async (name: string, vehicles: string): Promise<string> => {
  const port = await freePort();
  const lane = `{id: lane-1, transport: {kind: tcp, port: ${port}}, arrivalsPerHour: 0, vehicles: [${vehicles}]}`;
  await writeIn(folder, `${name}-scenario.yaml`, `seed: browser\nlanes:\n  - ${lane}\n`);
  return writeIn(
    folder,
    `${name}.yaml`,
    `site: {name: Browser test}
console: {port: ${await freePort()}}
${usersLine}
log: {directory: ${name}-log}
simulation: {scenario: ${name}-scenario.yaml}
lanes:
  - {id: lane-1, name: North 1, source: {kind: tcp, host: 127.0.0.1, port: ${port}}}
`,
  );
};

const start = async (): Promise<{ program: RunningProgram; url: string }> => {
  const program = startProgram(["up", "--config", config]);
  const [, url] = await program.said(/is up: (\S+)/);
  return { program, url: url ?? "" };
};

beforeAll(async () => {
  folder = await temporaryFolder();
  if (hasChromium) browser = await chromium.launch({ executablePath, args: flags.split(" ") });
});

afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true });
});

const openPage = async (url: string): Promise<{ page: Page; complaints: string[] }> => {
  if (browser === undefined) throw new Error("No browser.");
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  await context.addCookies([browserCookie(url, await signIn(url))]);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(url);
  return { page, complaints };
};

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

const axeViolations = async (page: Page): Promise<readonly string[]> => {
  const source = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
  await page.addScriptTag({ path: source });
  const results = await page.evaluate<AxeResults>("axe.run(document)");
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
};

withChromium(
  "a source vehicle: the alarm is on the screen while it passes, is charted, disposed of, and stays so",
  { timeout: 90_000 },
  async () => {
    config = await site("pass", "{atS: 6, load: 137Cs, strength: 1.5}");
    const { program, url } = await start();
    const { page, complaints } = await openPage(url);
    const row = page.locator('[data-testid="alarm-row"]').filter({ hasText: "Gamma" });
    await row.waitFor({ timeout: 40_000 });
    expect(await row.getAttribute("data-active"), "raised during the occupancy").toBe("true");
    const watcher = await joinConsole(url);
    expect(watcher.lanes.get("lane-1")?.occupied).toBe(true);
    watcher.leave();

    await row.click();
    const chart = page.getByTestId("profile-chart");
    await chart.waitFor();
    expect(await chart.locator("canvas").count()).toBeGreaterThan(0);

    await page.getByTestId("acknowledge").click();
    await page.locator('[data-testid="alarm-state"]', { hasText: /^Acknowledged/i }).waitFor();
    await page.getByTestId("claim").click();
    await page.getByTestId("release").waitFor();
    await page.getByTestId("disposition").selectOption("norm-found");
    await page.getByTestId("commodity").fill("Granite");
    await page.getByTestId("vehicle").fill("AB 123");
    await page.getByTestId("notes").fill("Granite slabs, papers in order.");
    await page.getByTestId("dispose").click();
    await page
      .locator('[data-testid="alarm-row"][data-state="dispositioned"]')
      .filter({ hasText: "Gamma" })
      .waitFor();

    await page.reload();
    const after = page
      .locator('[data-testid="alarm-row"][data-state="dispositioned"]')
      .filter({ hasText: "Gamma" });
    await after.waitFor();
    expect(await after.count()).toBe(1);
    await page.getByText("Granite slabs, papers in order.").first().waitFor();
    expect(complaints).toEqual([]);
    await page.close();
    expect((await program.kill("SIGTERM")).code).toBe(0);
  },
);

withChromium(
  "a lost server shows within 3 s, nothing typed is lost, and the page comes back by itself",
  { timeout: 90_000 },
  async () => {
    config = await site("lost", "{atS: 3, load: 137Cs, strength: 1.5}");
    const { program, url } = await start();
    const { page, complaints } = await openPage(url);
    const row = page.locator('[data-testid="alarm-row"]').filter({ hasText: "Gamma" });
    await row.waitFor({ timeout: 40_000 });
    await row.click();
    await page.getByTestId("notes").fill("half a sentence");
    expect(await page.getByTestId("connection-banner").count()).toBe(0);

    // Stopped, not killed: the socket stays open and says nothing, which is the harder case.
    program.process.kill("SIGSTOP");
    const stoppedAt = performance.now();
    await page.getByTestId("connection-banner").waitFor({ timeout: 10_000 });
    expect(performance.now() - stoppedAt).toBeLessThan(3500);
    await program.kill("SIGKILL");
    await page.getByTestId("connection-banner").waitFor();

    const again = await start();
    await page.getByTestId("connection-banner").waitFor({ state: "detached", timeout: 15_000 });
    expect(await page.getByTestId("notes").inputValue()).toBe("half a sentence");
    expect(await row.count()).toBe(1);
    expect(complaints).toEqual([]);
    await page.close();
    await again.program.kill("SIGTERM");
  },
);

withChromium(
  "no accessibility violations that axe can find, in both colour schemes",
  { timeout: 90_000 },
  async () => {
    config = await site("axe", "{atS: 2, load: 137Cs, strength: 1.5}");
    const { program, url } = await start();
    if (browser === undefined) throw new Error("No browser.");
    for (const colorScheme of ["light", "dark"] as const) {
      const context = await browser.newContext({ colorScheme, bypassCSP: true, reducedMotion: "reduce" });
      await context.addCookies([browserCookie(url, await signIn(url))]);
      const page = await context.newPage();
      await page.goto(url);
      await page.locator('[data-testid="alarm-row"]').first().click({ timeout: 40_000 });
      await page.getByTestId("profile-chart").waitFor();
      expect(await axeViolations(page), colorScheme).toEqual([]);
      await context.close();
    }
    await program.kill("SIGTERM");
  },
);
