import { signal } from "@preact/signals";
import type { Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type SiteView, siteViewSchema } from "../../wire/site.ts";
import { getJson } from "./api.ts";
import { type Store, useStore } from "./store.ts";

/** What the server says of the site, fetched once a page; null until it has said it. */
const held = new WeakMap<Store, Signal<SiteView | null>>();

const heldIn = (store: Store): Signal<SiteView | null> => {
  const known = held.get(store);
  if (known !== undefined) return known;
  const made = signal<SiteView | null>(null);
  held.set(store, made);
  return made;
};

/** Asked for when first wanted, and again whenever the picture becomes current, until there is an answer. */
export const useSiteView = (): SiteView | null => {
  const store = useStore();
  const view = heldIn(store);
  const isCurrent = store.current.value;
  useEffect(() => {
    if (view.peek() !== null) return;
    void getJson(store, "/api/site", { schema: siteViewSchema }).then((answer) => {
      if (answer.kind === "got") view.value = answer.value;
    });
  }, [isCurrent]);
  return view.value;
};
