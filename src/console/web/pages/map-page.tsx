import type { JSX } from "preact";
import { SiteMap } from "../map/site-map.tsx";
import { useTexts } from "../store.ts";

export const Page = (): JSX.Element => (
  <section class="pane page-pane map-page" aria-labelledby="page-heading">
    <h1 id="page-heading" tabIndex={-1}>
      {useTexts().map.heading}
    </h1>
    <SiteMap />
  </section>
);
