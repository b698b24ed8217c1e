/** The span of time that a page is about, as it stands in its address: `span=day`, or `from=…&to=…` in milliseconds. */

const hourInMs = 3_600_000;

/** Spans that end now. `shift`: eight hours. */
export const lastSpansInMs = {
  hour: hourInMs,
  shift: 8 * hourInMs,
  half: 12 * hourInMs,
  day: 24 * hourInMs,
  week: 168 * hourInMs,
  month: 720 * hourInMs,
  quarter: 2160 * hourInMs,
  year: 8760 * hourInMs,
} as const;
export type LastSpan = keyof typeof lastSpansInMs;

export type SpanChoice =
  | { readonly kind: "ever" }
  | { readonly kind: "last"; readonly span: LastSpan }
  | { readonly kind: "own"; readonly from: number; readonly to: number };

const isLastSpan = (text: string): text is LastSpan => Object.hasOwn(lastSpansInMs, text);

const momentIn = (params: URLSearchParams, name: string): number => {
  const text = params.get(name) ?? "";
  return /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
};

/** `otherwise` where the address has none, or one that is not understood. */
export const spanIn = (params: URLSearchParams, otherwise: SpanChoice): SpanChoice => {
  const name = params.get("span") ?? "";
  if (name === "ever") return { kind: "ever" };
  if (isLastSpan(name)) return { kind: "last", span: name };
  const from = momentIn(params, "from");
  const to = momentIn(params, "to");
  return from < to ? { kind: "own", from, to } : otherwise;
};

export const spanParams = (choice: SpanChoice): Readonly<Record<string, string>> => {
  switch (choice.kind) {
    case "ever":
      return { span: "ever" };
    case "last":
      return { span: choice.span };
    case "own":
      return { from: String(choice.from), to: String(choice.to) };
  }
};

export interface Moments {
  readonly from: number;
  readonly to: number;
}

/** From when to when; null for "ever". `now` is the server's. */
export const momentsOf = (choice: SpanChoice, now: number): Moments | null => {
  switch (choice.kind) {
    case "ever":
      return null;
    case "last":
      return { from: now - lastSpansInMs[choice.span], to: now };
    case "own":
      return { from: choice.from, to: choice.to };
  }
};
