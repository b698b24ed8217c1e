import { chromium, type Page } from "playwright-core";
import { openStandIn } from "./console-stand-in.ts";

/**
 * How smooth the console's page stays with 1 400 lanes and 1 000 updates a second, in Chromium without a graphics card:
 *   tsx bench/console-page.ts [seconds a page] [lanes] [updates a second]
 */
const [seconds = 20, lanes = 1400, updatesPerSecond = 1000] = process.argv.slice(2).map(Number);
const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const flags =
  "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";
const places = ["lanes", "map", "alarms", "history"];
/** The page's first seconds are its building, and are not measured. */
const settleInMs = 3000;

interface Smoothness {
  readonly frames: number;
  readonly inMs: number;
  readonly worstMs: number;
  readonly p99Ms: number;
}

/** Counts frames in the page itself; scrolls up and down meanwhile, as somebody who looks for a lane does. */
const watchFrames = (page: Page, inMs: number): Promise<Smoothness> =>
  page.evaluate(
    (duration) =>
      new Promise<Smoothness>((resolve) => {
        const gaps: number[] = [];
        const scrolled = document.querySelector(".lanes, .page-pane");
        const start = performance.now();
        let before = start;
        const frame = (now: number): void => {
          gaps.push(now - before);
          before = now;
          if (scrolled !== null) {
            const way = scrolled.scrollHeight - scrolled.clientHeight;
            const share = (1 - Math.cos((now - start) / 3000)) / 2;
            scrolled.scrollTop = Math.min(way, 6000) * share;
          }
          if (now - start < duration) {
            requestAnimationFrame(frame);
            return;
          }
          const sorted = gaps.slice(1).sort((a, b) => a - b);
          resolve({
            frames: sorted.length,
            inMs: now - start,
            worstMs: sorted.at(-1) ?? 0,
            p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
          });
        };
        requestAnimationFrame(frame);
      }),
    inMs,
  );

/** What is left after the garbage is collected. */
const heapBytes = async (page: Page): Promise<number> => {
  const inspector = await page.context().newCDPSession(page);
  await inspector.send("HeapProfiler.collectGarbage");
  const { usedSize } = await inspector.send("Runtime.getHeapUsage");
  await inspector.detach();
  return usedSize;
};

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

const standIn = await openStandIn({ lanes, open: 24, updatesPerSecond });
const browser = await chromium.launch({ executablePath, args: flags.split(" ") });
try {
  const page = await browser.newPage({ viewport: { width: 1600, height: 900 } });
  // tsx names functions by it, also those that are sent into the page.
  await page.addInitScript("globalThis.__name ??= (named) => named;");
  page.on("pageerror", (error) => process.stderr.write(`${error.message}\n`));
  process.stdout.write(`${lanes} lanes, ${updatesPerSecond} updates a second, ${seconds} s a page\n`);
  process.stdout.write("page      frames/s  p99 gap  worst gap  updates/s  heap before → after\n");
  await page.goto(standIn.url);
  for (const place of places) {
    await page.goto(`${standIn.url}/#/${place}`);
    await page.waitForTimeout(settleInMs);
    const before = await heapBytes(page);
    const sentBefore = standIn.updatesSent();
    const { frames, inMs, worstMs, p99Ms } = await watchFrames(page, seconds * 1000);
    const updates = ((standIn.updatesSent() - sentBefore) * 1000) / inMs;
    const after = await heapBytes(page);
    process.stdout.write(
      [
        place.padEnd(10),
        ((frames * 1000) / inMs).toFixed(1).padStart(8),
        `${p99Ms.toFixed(0)} ms`.padStart(9),
        `${worstMs.toFixed(0)} ms`.padStart(11),
        updates.toFixed(0).padStart(11),
        `  ${megabytes(before)} MB → ${megabytes(after)} MB\n`,
      ].join(""),
    );
  }
} finally {
  await browser.close();
  await standIn.close();
}
