import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { isPageFor } from "../pages.ts";
import { hashOfPage, pageNames, pageOf } from "../router.ts";
import { useStore, useTexts } from "../store.ts";
import { Entered } from "../ui/quoted.tsx";
import { Settings } from "./settings.tsx";
import { SoundControl } from "./sound-control.tsx";

const SiteClock = (): JSX.Element | null => {
  const { board, serverNow, siteTime, current } = useStore();
  const t = useTexts();
  if (board.value.clock === null || !current.value) return null;
  const at = serverNow.value;
  const { time, zone, full, timeZone } = siteTime.value;
  return (
    <time class="site-clock" title={`${t.shell.header.siteTime}: ${full(at)} (${timeZone})`}>
      {time(at)} <span class="quiet">{zone(at)}</span>
    </time>
  );
};

const ConnectionChip = (): JSX.Element => {
  const { freshness } = useStore();
  const { header } = useTexts().shell;
  const kind = useComputed(() => freshness.value.kind).value;
  const text = kind === "current" ? header.live : kind === "connecting" ? header.connecting : header.lost;
  return (
    <span class="connection-chip" data-testid="connection-state" data-kind={kind}>
      {text}
    </span>
  );
};

const Navigation = (): JSX.Element => {
  const { route, officer } = useStore();
  const { shell } = useTexts();
  const here = pageOf(route.value);
  const role = officer.value?.role ?? null;
  return (
    <nav class="navigation" aria-label={shell.navigation}>
      {pageNames
        .filter((page) => isPageFor(page, role))
        .map((page) => (
          <a key={page} href={hashOfPage(page)} aria-current={page === here ? "page" : undefined}>
            {shell.pages[page]}
          </a>
        ))}
    </nav>
  );
};

export const Header = (): JSX.Element => {
  const { board, queue, current } = useStore();
  const { shell } = useTexts();
  const unacknowledged = useComputed(() => queue.value.unacknowledged.length).value;
  return (
    <header class="page-header">
      <div class="header-name">
        <span class="product">{shell.product}</span>
        <span class="site-name">
          <Entered text={board.value.site?.name ?? ""} />
        </span>
      </div>
      <Navigation />
      <div class="header-end">
        {unacknowledged > 0 && current.value && (
          <span class="unacknowledged-count">{shell.header.unacknowledged(unacknowledged)}</span>
        )}
        <SoundControl />
        <SiteClock />
        <ConnectionChip />
        <Settings />
      </div>
    </header>
  );
};
