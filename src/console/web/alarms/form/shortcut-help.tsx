import type { JSX } from "preact";
import { useTexts } from "../../store.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { type BarAct } from "./possible-acts.ts";
import { actKeys } from "./shortcuts.ts";

const isAct = (name: string): name is BarAct => Object.hasOwn(actKeys, name);
const acts = Object.keys(actKeys).filter(isAct);

/** The keys of the alarm's page; those of acts work only while no text is being typed. */
export const ShortcutHelp = ({ close }: { readonly close: () => void }): JSX.Element => {
  const { alarmPage, domain, shell } = useTexts();
  const { shortcuts } = alarmPage;
  const rows: readonly (readonly [string, string])[] = [
    ...acts.map((kind) => [actKeys[kind].toUpperCase(), domain.commands[kind]] as const),
    ["1 – 11", shortcuts.codes],
    ["Ctrl + Enter", shortcuts.send],
    ["Esc", shortcuts.leave],
    ["← →", shortcuts.chart],
    ["?", shortcuts.help],
  ];
  return (
    <Dialog title={shortcuts.heading} close={close} testId="shortcuts">
      <p class="quiet">{shortcuts.detail}</p>
      <dl class="shortcuts">
        {rows.map(([keys, what]) => (
          <div key={`${keys} ${what}`}>
            <dt>
              <kbd dir="ltr">{keys}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <div class="form-end">
        <Button onClick={close}>{shell.close}</Button>
      </div>
    </Dialog>
  );
};
