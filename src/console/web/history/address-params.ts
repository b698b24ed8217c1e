import { hashOfPage, type PageName } from "../router.ts";

/** Puts a page's choices into its address, without an entry in the browser's history; empty ones are left out. */
export const writeParams = (page: PageName, params: Iterable<readonly [string, string]>): void => {
  const kept = new URLSearchParams([...params].filter(([, value]) => value !== "").map(([k, v]) => [k, v]));
  const query = kept.toString();
  location.replace(query === "" ? hashOfPage(page) : `${hashOfPage(page)}?${query}`);
};
