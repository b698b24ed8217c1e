import type { JSX } from "preact";
import { LaneBoard } from "../lanes/lane-board.tsx";
import type { PageProps } from "../page-props.ts";

/** `#/lanes/truck-1` shows that lane alone, and a way to the others. */
export const Page = ({ rest }: PageProps): JSX.Element => (
  <div class="panes lanes-only">
    <LaneBoard key={rest[0] ?? ""} isPage sought={rest[0] ?? ""} />
  </div>
);
