import type { JSX } from "preact";
import { useTexts } from "../store.ts";

export const Page = (): JSX.Element => {
  const t = useTexts();
  return (
    <section class="pane page-pane" aria-labelledby="page-heading">
      <h1 id="page-heading" tabIndex={-1}>
        {t.map.heading}
      </h1>
      <p class="quiet">{t.shell.notBuilt}</p>
    </section>
  );
};
