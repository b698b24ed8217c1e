import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";
import type { BarAct } from "./possible-acts.ts";
import { actKeys, isTyping, letterOf } from "./shortcuts.ts";

interface ActKeys {
  /** A part of the alarm's page. */
  readonly region: RefObject<HTMLElement | null>;
  readonly acts: readonly BarAct[];
  readonly choose: (kind: BarAct) => void;
  readonly help: () => void;
}

/** Keys of the acts that are possible now, and `?`, while the focus is anywhere on the alarm's page and no text is typed. */
export const useActKeys = ({ region, acts, choose, help }: ActKeys): void => {
  useEffect(() => {
    const page = region.current?.closest("section.detail");
    const press = (event: Event): void => {
      if (!(event instanceof KeyboardEvent) || event.defaultPrevented || isTyping(event.target)) return;
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      if (event.target instanceof Element && event.target.closest("dialog") !== null) return;
      const letter = letterOf(event);
      const kind = acts.find((act) => letter !== "" && actKeys[act] === letter);
      if (event.key !== "?" && kind === undefined) return;
      event.preventDefault();
      if (kind === undefined) help();
      else choose(kind);
    };
    page?.addEventListener("keydown", press);
    return () => page?.removeEventListener("keydown", press);
  });
};
