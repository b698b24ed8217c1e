import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

interface DialogProps {
  readonly title: string;
  /** Escape, and whatever button of the dialog calls it. Null: the dialog stays until its purpose is fulfilled. */
  readonly close: (() => void) | null;
  readonly children: ComponentChildren;
  readonly testId?: string;
}

/** A native modal dialog: the page behind it is inert and keeps everything that was typed; focus goes back after it. */
export const Dialog = ({ title, close, children, testId }: DialogProps): JSX.Element => {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby={id}
      {...(testId === undefined ? {} : { "data-testid": testId })}
      onCancel={(event) => {
        event.preventDefault();
        close?.();
      }}
      onKeyDown={(event) => {
        // Browsers let a second Escape close what `cancel` has kept open; and the page's own Escape is not meant.
        if (event.key !== "Escape") return;
        event.stopPropagation();
        if (close === null) event.preventDefault();
      }}
    >
      <h2 id={id}>{title}</h2>
      {children}
    </dialog>
  );
};
