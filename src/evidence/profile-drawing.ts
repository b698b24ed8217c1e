import { alarmKinds, type GroupLimit, peakZ, type Profile } from "../domain/alarms.ts";
import { totalOf } from "../domain/panels.ts";
import { type Axis, axisFromZero } from "./axis.ts";
import { type Drawing, ink, type Mark, type Point } from "./drawing.ts";
import type { EvidenceSubject } from "./subject.ts";
import { isoTime, zonedTime } from "./times.ts";

const size = { width: 900, height: 520 };
const frame = { left: 70, right: 880, top: 78, middle: 350, low: 380, bottom: 470 };

/**
 * The passage in one picture: gamma rate of the four panels summed and its mean over the window, background and
 * threshold, intervals in alarm, and below them the neutron counts of each second.
 */
export const profileDrawing = (subject: EvidenceSubject): Drawing => {
  const { profile } = subject;
  const seconds = Math.max(profile.gamma.length / 5, profile.neutron.length, 1);
  const x = axisFromZero(seconds, { start: frame.left, end: frame.right, steps: 10 });
  return {
    ...size,
    marks: [
      ...heading(subject),
      ...gammaMarks(profile, x),
      ...neutronMarks(profile, x),
      ...x.ticks.map((tick) => label([x.at(tick), frame.bottom + 14], String(tick), "middle")),
      label([(frame.left + frame.right) / 2, frame.bottom + 30], timeTitle(subject), "middle"),
      ...legend(),
    ],
  };
};

const label = (at: Point, text: string, anchor: "start" | "middle" | "end"): Mark => ({
  kind: "text",
  at,
  text,
  size: 11,
  color: ink.faint,
  anchor,
});

const heading = ({ place, alarms, profile, occupancyId }: EvidenceSubject): readonly Mark[] => {
  const kinds = alarms.map(({ alarm }) => {
    const z = peakZ(alarm);
    return `${alarmKinds[alarm.kind].label} alarm${z === null ? "" : `, peak ${z.toFixed(1)} σ`}`;
  });
  const said = kinds.length === 0 ? "no alarm" : kinds.join("; ");
  const times = `${zonedTime(profile.startedAt, place.timeZone)} · ${isoTime(profile.startedAt)} · ${occupancyId}`;
  return [
    {
      kind: "text",
      at: [20, 26],
      text: `${place.laneName} · ${said}`,
      size: 16,
      color: ink.text,
      anchor: "start",
    },
    {
      kind: "text",
      at: [20, 44],
      text: `${place.siteName} · ${times}`,
      size: 11,
      color: ink.faint,
      anchor: "start",
    },
  ];
};

const timeTitle = ({ speedKph }: EvidenceSubject): string =>
  speedKph === null
    ? "seconds since the occupancy began"
    : `seconds since the occupancy began (1 s = ${(speedKph / 3.6).toFixed(2)} m at ${speedKph.toFixed(1)} km/h)`;

interface GammaRates {
  readonly intervals: readonly number[];
  /** By interval, from the first at which the window is full. */
  readonly windows: readonly (readonly [interval: number, cps: number])[];
  readonly backgroundCps: number | null;
  readonly thresholdCps: number | null;
}

const ratesOf = (profile: Profile): GammaRates => {
  const { gamma, windowIntervals, gammaBackgroundCps } = profile;
  const windowS = windowIntervals / 5;
  const totals = gamma.map(totalOf);
  const limit: GroupLimit | undefined = profile.limits.find(({ group }) => group === "sum");
  let inWindow = 0;
  const windows = totals.flatMap((total, interval) => {
    inWindow += total - (interval < windowIntervals ? 0 : (totals[interval - windowIntervals] ?? 0));
    return interval + 1 < windowIntervals ? [] : [[interval, inWindow / windowS] as const];
  });
  return {
    intervals: totals.map((total) => total * 5),
    windows,
    backgroundCps: gammaBackgroundCps === null ? null : totalOf(gammaBackgroundCps),
    thresholdCps: limit === undefined ? null : limit.threshold / windowS,
  };
};

const gammaMarks = (profile: Profile, x: Axis): readonly Mark[] => {
  const rates = ratesOf(profile);
  const max = [...rates.intervals, rates.backgroundCps ?? 0, rates.thresholdCps ?? 0].reduce(
    (a, b) => Math.max(a, b),
    0,
  );
  const y = axisFromZero(max, { start: frame.middle, end: frame.top, steps: 5 });
  const steps = rates.intervals.flatMap((cps, at): readonly Point[] => [
    [x.at(at / 5), y.at(cps)],
    [x.at((at + 1) / 5), y.at(cps)],
  ]);
  const means = rates.windows.map(([at, cps]): Point => [x.at((at + 1) / 5), y.at(cps)]);
  return [
    ...profile.coreIntervals.map((at) => band(x, at, { y: frame.top, height: frame.middle - frame.top })),
    ...profile.portalIntervals.map((at): Mark => ({
      ...band(x, at, { y: frame.middle - 5, height: 5 }),
      color: ink.portalAlarm,
    })),
    ...grid(y, "gamma counts/s, four panels"),
    ...level(rates.backgroundCps, y, ink.background),
    ...level(rates.thresholdCps, y, ink.threshold),
    { kind: "line", points: steps, color: ink.counts, width: 1 },
    { kind: "line", points: means, color: ink.window, width: 2 },
    ...(profile.gamma.length === 0
      ? [label([(frame.left + frame.right) / 2, 200], "no gamma intervals", "middle")]
      : []),
  ];
};

const band = (
  x: Axis,
  interval: number,
  { y, height }: { readonly y: number; readonly height: number },
): Extract<Mark, { kind: "area" }> => {
  const left = x.at(interval / 5);
  return { kind: "area", x: left, y, width: x.at((interval + 1) / 5) - left, height, color: ink.coreAlarm };
};

const level = (cps: number | null, y: Axis, color: string): readonly Mark[] =>
  cps === null
    ? []
    : [
        {
          kind: "line",
          points: [
            [frame.left, y.at(cps)],
            [frame.right, y.at(cps)],
          ],
          color,
          width: 1.5,
          dash: [6, 4],
        },
      ];

const grid = (y: Axis, title: string): readonly Mark[] => {
  const [first = 0] = y.ticks;
  const last = y.ticks.at(-1) ?? first;
  return [
    ...y.ticks.flatMap((tick): readonly Mark[] => [
      {
        kind: "line",
        points: [
          [frame.left, y.at(tick)],
          [frame.right, y.at(tick)],
        ],
        color: ink.grid,
        width: 0.5,
      },
      label([frame.left - 6, y.at(tick) + 4], String(tick), "end"),
    ]),
    {
      kind: "text",
      at: [18, (y.at(first) + y.at(last)) / 2],
      text: title,
      size: 11,
      color: ink.faint,
      anchor: "middle",
      isUpright: true,
    },
  ];
};

const neutronMarks = (profile: Profile, x: Axis): readonly Mark[] => {
  const totals = profile.neutron.map(totalOf);
  const { neutronBackgroundCps } = profile;
  const background = neutronBackgroundCps === null ? null : totalOf(neutronBackgroundCps);
  const max = totals.reduce((a, b) => Math.max(a, b), Math.max(1, background ?? 0));
  const y = axisFromZero(max, { start: frame.bottom, end: frame.low, steps: 2 });
  return [
    ...grid(y, "neutrons/s"),
    ...totals.map((total, at): Mark => {
      const left = x.at(at) + 1;
      const top = y.at(total);
      return {
        kind: "area",
        x: left,
        y: top,
        width: Math.max(1, x.at(at + 1) - left - 1),
        height: frame.bottom - top,
        color: ink.neutron,
      };
    }),
    ...level(background, y, ink.background),
  ];
};

const legend = (): readonly Mark[] =>
  (
    [
      ["200 ms intervals", ink.counts],
      ["window mean", ink.window],
      ["background", ink.background],
      ["threshold", ink.threshold],
      ["gross count held", ink.coreAlarm],
      ["portal's flag", ink.portalAlarm],
      ["neutrons", ink.neutron],
    ] as const
  ).flatMap(([text, color], at): readonly Mark[] => [
    { kind: "area", x: frame.left + at * 118, y: 56, width: 12, height: 8, color },
    label([frame.left + at * 118 + 16, 64], text, "start"),
  ]);
