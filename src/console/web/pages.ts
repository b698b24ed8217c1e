import type { ComponentType } from "preact";
import { type Role, roleNames } from "../../domain/officers.ts";
import type { PageProps } from "./page-props.ts";
import type { PageName } from "./router.ts";

interface PageEntry {
  /** Who finds it in the navigation and may open it; the server decides about its data. */
  readonly roles: readonly Role[];
  readonly load: () => Promise<{ readonly Page: ComponentType<PageProps> }>;
}

/** Every page, fetched when it is first wanted (and, while the browser is idle, before it is). */
export const pages: Readonly<Record<PageName, PageEntry>> = {
  alarms: { roles: roleNames, load: () => import("./pages/alarms-page.tsx") },
  lanes: { roles: roleNames, load: () => import("./pages/lanes-page.tsx") },
  map: { roles: roleNames, load: () => import("./pages/map-page.tsx") },
  history: { roles: roleNames, load: () => import("./pages/history-page.tsx") },
  figures: { roles: roleNames, load: () => import("./pages/figures-page.tsx") },
  handover: { roles: ["officer", "supervisor"], load: () => import("./pages/handover-page.tsx") },
  replay: { roles: ["engineer", "supervisor"], load: () => import("./pages/replay-page.tsx") },
  trends: { roles: ["supervisor", "engineer"], load: () => import("./pages/trends-page.tsx") },
};

export const isPageFor = (page: PageName, role: Role | null): boolean =>
  role !== null && pages[page].roles.includes(role);
