import { effect } from "@preact/signals";
import { pageOf, parseRoute } from "./router.ts";
import type { Store } from "./store.ts";

/** The route is what the address says; on another page the focus goes to its beginning, and its name is said. */
export const followAddress = (store: Store): void => {
  const follow = (): void => {
    const route = parseRoute(location.hash);
    if (JSON.stringify(route) !== JSON.stringify(store.route.peek())) store.route.value = route;
  };
  addEventListener("hashchange", follow);
  follow();
  let before = pageOf(store.route.peek());
  effect(() => {
    const page = pageOf(store.route.value);
    if (page === before) return;
    before = page;
    const { shell } = store.texts.peek();
    if (page !== null) store.announcement.value = shell.announce.page({ page: shell.pages[page] });
    requestAnimationFrame(() => document.getElementById("content")?.focus());
  });
};
