import type { JSX } from "preact";
import type { MarkLook } from "./lane-mark.ts";

/** A shape for each look, so that no look is a colour alone. */
const shapes: Readonly<Record<MarkLook, JSX.Element>> = {
  unacknowledged: (
    <>
      <path class="shape" d="M10 1 L19.5 18 H0.5 Z" />
      <path class="glyph" d="M10 7 V12 M10 14.4 V15.8" />
    </>
  ),
  acknowledged: (
    <>
      <path class="shape" d="M10 1 L19.5 18 H0.5 Z" />
      <path class="glyph" d="M6.6 13 L9.2 15.4 L13.4 10" />
    </>
  ),
  "no-data": (
    <>
      <rect class="shape" x="2" y="2" width="16" height="16" stroke-dasharray="3 2" />
      <path class="glyph" d="M6 6 L14 14 M14 6 L6 14" />
    </>
  ),
  fault: (
    <>
      <path class="shape" d="M10 1 L19 10 L10 19 L1 10 Z" />
      <path class="glyph" d="M10 5.5 V11 M10 13 V14.5" />
    </>
  ),
  warning: <path class="shape" d="M10 1 L19 10 L10 19 L1 10 Z" />,
  shelved: (
    <>
      <rect class="shape" x="2" y="2" width="16" height="16" rx="3" />
      <path class="glyph" d="M7.5 6 V14 M12.5 6 V14" />
    </>
  ),
  occupied: <circle class="shape" cx="10" cy="10" r="8" />,
  vacant: <circle class="shape" cx="10" cy="10" r="7" />,
};

export const MarkShape = ({ look }: { readonly look: MarkLook }): JSX.Element => (
  <svg class="mark-shape" data-look={look} viewBox="0 0 20 20" aria-hidden="true" focusable="false">
    {shapes[look]}
  </svg>
);
