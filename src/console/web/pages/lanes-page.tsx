import type { JSX } from "preact";
import { LaneBoard } from "../lanes/lane-board.tsx";

export const Page = (): JSX.Element => (
  <div class="panes lanes-only">
    <LaneBoard isPage />
  </div>
);
