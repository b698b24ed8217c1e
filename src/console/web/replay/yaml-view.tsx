import type { JSX } from "preact";
import { useStore, useTexts } from "../store.ts";
import { Button } from "../ui/button.tsx";

/** The proposal as it is written in the configuration, to be copied. */
export const YamlView = ({ yaml }: { readonly yaml: string }): JSX.Element => {
  const store = useStore();
  const t = useTexts();
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(yaml);
      store.toast.value = t.replay.copied;
    } catch {
      // Browsers may refuse the clipboard; the text is there to be marked.
      store.toast.value = t.replay.notCopied;
    }
  };
  return (
    <details class="replay-yaml">
      <summary>{t.replay.yaml}</summary>
      <p class="quiet">{t.replay.yamlHint}</p>
      <pre
        dir="ltr"
        tabIndex={0}
        role="region"
        aria-label={t.replay.yaml}
        data-testid="replay-yaml"
        translate={false}
      >
        {yaml}
      </pre>
      <Button onClick={() => void copy()}>{t.replay.copy}</Button>
    </details>
  );
};
