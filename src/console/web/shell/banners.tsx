import type { JSX } from "preact";
import { useStore, useTexts } from "../store.ts";

interface BannerProps {
  readonly title: string;
  readonly detail: string;
}

const Banner = ({ title, detail }: BannerProps): JSX.Element => {
  const t = useTexts();
  const { connection } = useStore();
  const isUnreadable = connection.value.trouble === "unreadable";
  return (
    <section class="banner" aria-label={t.shell.banner.label} data-testid="connection-banner">
      <strong>{title}</strong> {detail} {isUnreadable && t.shell.banner.unreadable}
    </section>
  );
};

/** Whenever what is shown is not of now, this says so, and how old it is. */
export const ConnectionBanner = (): JSX.Element | null => {
  const { freshness, session } = useStore();
  const t = useTexts();
  const text = t.shell.banner;
  switch (freshness.value.kind) {
    case "connecting":
    case "current":
      return null;
    case "unreachable":
      return <Banner title={text.unreachable} detail={text.unreachableDetail} />;
    case "lost": {
      const age = t.format.age(freshness.value.ageInMs);
      return session.value.kind === "signed-out" ? (
        <Banner title={text.barred({ age })} detail={text.barredDetail} />
      ) : (
        <Banner title={text.lost({ age })} detail={text.lostDetail} />
      );
    }
  }
};
