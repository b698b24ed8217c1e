import type { JSX } from "preact";
import { ConnectionBanner } from "./shell/banners.tsx";
import { Header } from "./shell/header.tsx";
import { PagePlace } from "./shell/page-place.tsx";
import { SignInDialog, SignInPage } from "./shell/sign-in.tsx";
import { SoundBanners } from "./shell/sound-control.tsx";
import { useStore, useTexts } from "./store.ts";
import { Toast } from "./ui/toast.tsx";

const Announcer = (): JSX.Element => (
  <div class="visually-hidden" aria-live="assertive" data-testid="announcer">
    {useStore().announcement.value}
  </div>
);

const SkipLink = (): JSX.Element => {
  const { shell } = useTexts();
  // The hash is the route, so the link moves the focus by itself.
  const skip = (event: MouseEvent): void => {
    event.preventDefault();
    document.getElementById("content")?.focus();
  };
  return (
    <a class="skip-link" href="#content" onClick={skip}>
      {shell.skip}
    </a>
  );
};

export const App = (): JSX.Element => {
  const { session } = useStore();
  const state = session.value;
  if (state.kind === "signed-out" && state.was === null) return <SignInPage />;
  return (
    <div class="page">
      <SkipLink />
      <Header />
      <ConnectionBanner />
      <SoundBanners />
      <main class="content" id="content" tabIndex={-1}>
        <PagePlace />
      </main>
      <Toast />
      <Announcer />
      {state.kind === "signed-out" && <SignInDialog name={state.was?.name ?? ""} />}
    </div>
  );
};
