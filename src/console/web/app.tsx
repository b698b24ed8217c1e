import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { AlarmDetail } from "./alarm-detail.tsx";
import { AlarmQueue } from "./alarm-queue.tsx";
import { LaneBoard } from "./lane-board.tsx";
import { messages } from "./messages.ts";
import { useStore } from "./store.ts";

const SiteClock = (): JSX.Element | null => {
  const { board, serverNow, siteTime, current } = useStore();
  if (board.value.clock === null || !current.value) return null;
  const at = serverNow.value;
  return (
    <span class="site-clock" title={siteTime.value.timeZone}>
      <span class="quiet">{messages.header.siteTime}</span> <time>{siteTime.value.dateTime(at)}</time>{" "}
      <abbr title={siteTime.value.timeZone}>{siteTime.value.zone(at)}</abbr>
    </span>
  );
};

const ConnectionChip = (): JSX.Element => {
  const { freshness } = useStore();
  const kind = useComputed(() => freshness.value.kind).value;
  const text =
    kind === "current"
      ? messages.header.live
      : kind === "connecting"
        ? messages.header.connecting
        : messages.header.lost;
  return (
    <span class="connection-chip" data-testid="connection-state" data-kind={kind}>
      {text}
    </span>
  );
};

const Header = (): JSX.Element => {
  const { board, queue, current } = useStore();
  const unacknowledged = useComputed(() => queue.value.unacknowledged.length).value;
  return (
    <header class="page-header">
      <span class="product">{messages.product}</span>
      <h1>{board.value.site?.name ?? messages.product}</h1>
      {unacknowledged > 0 && current.value && (
        <span class="unacknowledged-count">{messages.header.unacknowledged(unacknowledged)}</span>
      )}
      <span class="spacer" />
      <SiteClock />
      <ConnectionChip />
    </header>
  );
};

const ConnectionBanner = (): JSX.Element | null => {
  const { freshness, connection } = useStore();
  const { trouble } = connection.value;
  const hint = trouble === null ? "" : messages.banner.trouble(trouble);
  switch (freshness.value.kind) {
    case "connecting":
    case "current":
      return null;
    case "unreachable":
      return (
        <section class="banner" aria-label={messages.banner.label} data-testid="connection-banner">
          <strong>{messages.banner.unreachable}</strong> {messages.banner.unreachableDetail} {hint}
        </section>
      );
    case "lost":
      return (
        <section class="banner" aria-label={messages.banner.label} data-testid="connection-banner">
          <strong>{messages.banner.lost(freshness.value.ageInMs)}</strong> {messages.banner.lostDetail} {hint}
        </section>
      );
  }
};

const Announcer = (): JSX.Element => (
  <div class="visually-hidden" aria-live="assertive" data-testid="announcer">
    {useStore().announcement.value}
  </div>
);

export const App = (): JSX.Element => {
  const { selected } = useStore();
  return (
    <div class="page">
      <Header />
      <ConnectionBanner />
      <main class="panes" data-detail={selected.value === null ? "closed" : "open"}>
        <AlarmQueue />
        {selected.value !== null && <AlarmDetail key={selected.value} alarmId={selected.value} />}
        <LaneBoard />
      </main>
      <Announcer />
    </div>
  );
};
