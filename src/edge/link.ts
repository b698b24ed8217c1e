import type { FrameBody } from "../domain/frames.ts";
import type { SourceEvent } from "../ports.ts";

/** What the lane's frames have said of its link so far. */
export type Link =
  | { readonly state: "unknown" }
  | { readonly state: "up" }
  | { readonly state: "down"; readonly reason: string };

export const unknownLink: Link = { state: "unknown" };

export type LinkEvent = Extract<SourceEvent, { kind: "opened" | "closed" }>;

/**
 * The frame a link event is worth: every opening, every closing of an open link, the first failed attempt, and a
 * failed attempt with another reason than the last one. Retries that fail in the same way say nothing.
 */
export const linkStep = (link: Link, event: LinkEvent): readonly [Link, FrameBody | null] => {
  switch (event.kind) {
    case "opened":
      return [{ state: "up" }, { kind: "link-up", endpoint: event.endpoint }];
    case "closed": {
      const { reason } = event;
      if (link.state === "down" && link.reason === reason) return [link, null];
      return [
        { state: "down", reason },
        { kind: "link-down", reason },
      ];
    }
  }
};
