import { alarmId } from "../../domain/ids.ts";
import type { AlarmId } from "../../domain/ids.ts";

/** Where the page is: it stands in the address's hash, so that a reload, a link and the back button keep it. */

export const pageNames = [
  "alarms",
  "lanes",
  "map",
  "history",
  "figures",
  "handover",
  "replay",
  "trends",
] as const;
export type PageName = (typeof pageNames)[number];

export type Route =
  | { readonly kind: "alarms"; readonly alarmId: AlarmId | null }
  /** `rest`: what stands behind the page's name, decoded, for the page itself: `#/replay/abc` has `["abc"]`. */
  | {
      readonly kind: "page";
      readonly page: Exclude<PageName, "alarms">;
      readonly rest: readonly string[];
      readonly query: string;
    }
  | { readonly kind: "unknown" };

const isPageName = (text: string): text is PageName => pageNames.some((name) => name === text);

const decoded = (part: string): string | null => {
  try {
    return decodeURIComponent(part);
  } catch {
    // A hash that somebody has mutilated; it leads to no page.
    return null;
  }
};

/** Alarm ids are at most 200 characters; whatever is longer is none. */
const alarmIdLengthMax = 200;

/** `hash` with its `#`; empty is the alarms page. */
export const parseRoute = (hash: string): Route => {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const parts = path.split("/").map(decoded);
  if (!parts.every((part) => part !== null)) return { kind: "unknown" };
  const [page = "", ...rest] = parts.filter((part) => part !== "");
  if (page === "") return { kind: "alarms", alarmId: null };
  if (!isPageName(page)) return { kind: "unknown" };
  if (page !== "alarms") return { kind: "page", page, rest, query };
  const [id] = rest;
  if (id === undefined) return { kind: "alarms", alarmId: null };
  return id.length > alarmIdLengthMax ? { kind: "unknown" } : { kind: "alarms", alarmId: alarmId(id) };
};

export const pageOf = (route: Route): PageName | null => {
  switch (route.kind) {
    case "alarms":
      return "alarms";
    case "page":
      return route.page;
    case "unknown":
      return null;
  }
};

export const hashOfPage = (page: PageName): string => `#/${page}`;
export const hashOf = (alarm: AlarmId): string => `#/alarms/${encodeURIComponent(alarm)}`;
