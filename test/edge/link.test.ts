import { describe, expect, it } from "vitest";
import type { Link, LinkEvent } from "../../src/edge/link.ts";
import { linkStep } from "../../src/edge/link.ts";

const unknown: Link = { state: "unknown" };
const up: Link = { state: "up" };
const down = (reason: string): Link => ({ state: "down", reason });
const opened: LinkEvent = { kind: "opened", endpoint: "tcp portal:1600" };
const closed = (reason: string): LinkEvent => ({ kind: "closed", reason });
const linkUp = { kind: "link-up", endpoint: "tcp portal:1600" };

describe("linkStep", () => {
  it.each([
    { name: "first opening", link: unknown, event: opened, next: up, frame: linkUp },
    {
      name: "first failure",
      link: unknown,
      event: closed("a"),
      next: down("a"),
      frame: { kind: "link-down", reason: "a" },
    },
    {
      name: "closing",
      link: up,
      event: closed("a"),
      next: down("a"),
      frame: { kind: "link-down", reason: "a" },
    },
    { name: "the same failure again", link: down("a"), event: closed("a"), next: down("a"), frame: null },
    {
      name: "another failure",
      link: down("a"),
      event: closed("b"),
      next: down("b"),
      frame: { kind: "link-down", reason: "b" },
    },
    { name: "recovery", link: down("a"), event: opened, next: up, frame: linkUp },
  ])("$name", ({ link, event, next, frame }) => {
    expect(linkStep(link, event)).toEqual([next, frame]);
  });
});
