import { formatNumber } from "./format.ts";

/** `1 frame`, `12 410 frames`. */
export const plural = (count: number, one: string, many: string): string =>
  `${formatNumber(count)} ${count === 1 ? one : many}`;
