import type { ComponentType, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { pages } from "../pages.ts";
import type { PageProps } from "../page-props.ts";
import { isPageFor } from "../pages.ts";
import { pageOf } from "../router.ts";
import type { PageName, Route } from "../router.ts";
import { useStore, useTexts } from "../store.ts";
import { Button } from "../ui/button.tsx";

type Loaded =
  | { readonly kind: "loading" }
  | { readonly kind: "loaded"; readonly Page: ComponentType<PageProps> }
  | { readonly kind: "failed" };

/** Pages that have been fetched; as many as there are. */
const fetched = new Map<PageName, ComponentType<PageProps>>();

const fetchPage = async (page: PageName): Promise<ComponentType<PageProps>> => {
  const { Page } = await pages[page].load();
  fetched.set(page, Page);
  return Page;
};

/** Fetches what is likely to be wanted, so that a lost connection does not keep an officer from a page. */
export const fetchPagesAhead = async (): Promise<void> => {
  for (const page of ["alarms", "lanes", "map", "history"] as const) {
    try {
      await fetchPage(page);
    } catch {
      // It is fetched when it is wanted, and the page then says that it cannot be.
      return;
    }
  }
};

const propsOf = (route: Route): PageProps =>
  route.kind === "page" ? { rest: route.rest, query: route.query } : { rest: [], query: "" };

const Message = ({
  text,
  canReload = false,
}: {
  readonly text: string;
  readonly canReload?: boolean;
}): JSX.Element => {
  const t = useTexts();
  return (
    <div class="page-message" role="status">
      <p>{text}</p>
      {canReload && <Button onClick={() => location.reload()}>{t.shell.reload}</Button>}
    </div>
  );
};

const LoadedPage = ({ page, route }: { readonly page: PageName; readonly route: Route }): JSX.Element => {
  const t = useTexts();
  const held = fetched.get(page);
  const [loaded, setLoaded] = useState<Loaded>(
    held === undefined ? { kind: "loading" } : { kind: "loaded", Page: held },
  );
  useEffect(() => {
    if (loaded.kind === "loaded") return;
    let isWanted = true;
    fetchPage(page).then(
      (Page) => isWanted && setLoaded({ kind: "loaded", Page }),
      () => isWanted && setLoaded({ kind: "failed" }),
    );
    return () => {
      isWanted = false;
    };
  }, []);
  switch (loaded.kind) {
    case "loading":
      return <Message text={t.shell.loading} />;
    case "failed":
      return <Message text={t.shell.pageFailed} canReload />;
    case "loaded":
      return <loaded.Page {...propsOf(route)} />;
  }
};

/** The page in the address. Whoever goes to another page finds the focus at its beginning. */
export const PagePlace = (): JSX.Element => {
  const { route, officer } = useStore();
  const t = useTexts();
  const page = pageOf(route.value);
  if (page === null) return <Message text={t.shell.unknownPage} />;
  const role = officer.value?.role ?? null;
  if (role !== null && !isPageFor(page, role)) return <Message text={t.shell.forbiddenPage} />;
  return <LoadedPage key={page} page={page} route={route.value} />;
};
