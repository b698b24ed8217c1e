import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useStore } from "../store.ts";

const shownInMs = 6000;

/** One short word at the page's foot, of what is not worth a place of its own: `store.toast.value = "…"`. */
export const Toast = (): JSX.Element => {
  const { toast } = useStore();
  const text = toast.value;
  useEffect(() => {
    if (text === null) return;
    const timer = setTimeout(() => (toast.value = null), shownInMs);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <div class="toast-place" role="status">
      {text !== null && <div class="toast">{text}</div>}
    </div>
  );
};
