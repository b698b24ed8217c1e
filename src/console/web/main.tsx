import "./no-eval.ts";
import "uplot/dist/uPlot.min.css";
import "./style/tokens.css";
import "./style/base.css";
import "./style/ui.css";
import "./style/shell.css";
import "./style/panes.css";
import "./style/lanes.css";
import "./style/queue.css";
import "./style/alarm.css";
import "./style/alarm-page.css";
import "./style/form.css";
import "./style/history.css";
import "./style/figures.css";
import "./style/handover.css";
import "./style/map.css";
import "./style/replay.css";
import "./style/trends.css";
import { render } from "preact";
import { App } from "./app.tsx";
import { followAddress } from "./follow-address.ts";
import { followAppearance } from "./follow-appearance.ts";
import { followConsole } from "./follow-console.ts";
import { chooseLanguage } from "./language-acts.ts";
import { preferredLanguage } from "./texts/languages.ts";
import { rememberedLanguage, rememberedNotify, rememberedTheme } from "./preferences.ts";
import { learnSession } from "./session-acts.ts";
import { fetchPagesAhead } from "./shell/page-place.tsx";
import { createStore, StoreContext } from "./store.ts";

const start = async (root: HTMLElement): Promise<void> => {
  const store = createStore();
  store.nowInMs.value = performance.now();
  store.theme.value = rememberedTheme();
  store.notify.value = rememberedNotify();
  followAppearance(store);
  followAddress(store);
  followConsole(store);
  const known = learnSession(store);
  const language = rememberedLanguage() ?? preferredLanguage(navigator.languages);
  if (language !== "en") await chooseLanguage(store, language);
  render(
    <StoreContext.Provider value={store}>
      <App />
    </StoreContext.Provider>,
    root,
  );
  await known;
  await fetchPagesAhead();
};

const root = document.getElementById("app");
if (root !== null) void start(root);
