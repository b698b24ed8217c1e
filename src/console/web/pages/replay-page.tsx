import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type ReplayOptions, replayOptionsSchema } from "../../../wire/replay.ts";
import { type Answer, getJson } from "../api.ts";
import { troubleText } from "../command-text.ts";
import type { PageProps } from "../page-props.ts";
import { ReplayBench } from "../replay/replay-bench.tsx";
import { useStore, useTexts } from "../store.ts";

/** `#/replay` and `#/replay/<alarmId>`. */
export const Page = ({ rest }: PageProps): JSX.Element => {
  const store = useStore();
  const t = useTexts();
  const [options, setOptions] = useState<Answer<ReplayOptions> | null>(null);
  const officer = store.officer.value?.name;
  useEffect(() => {
    const controller = new AbortController();
    const asked = { schema: replayOptionsSchema, signal: controller.signal };
    void getJson(store, "/api/replay/options", asked).then((answer) => {
      if (!controller.signal.aborted) setOptions(answer);
    });
    return () => controller.abort();
  }, [officer]);
  const [asked] = rest;
  return (
    <section class="pane page-pane replay" aria-labelledby="page-heading">
      <h1 id="page-heading" tabIndex={-1}>
        {t.replay.heading}
      </h1>
      <p class="quiet">{t.replay.intro}</p>
      {options?.kind === "got" && <ReplayBench key={asked} options={options.value} asked={asked} />}
      {options?.kind === "failed" && <p role="alert">{troubleText(t, options.code)}</p>}
      {options?.kind === "unanswered" && <p role="alert">{t.replay.unanswered}</p>}
    </section>
  );
};
