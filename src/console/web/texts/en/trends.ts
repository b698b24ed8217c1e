/** What a lane's portal measured and how it fared, over time. */
export const trends = {
  heading: "Trends",
  lane: "Lane",
  spanLabel: "Span of time",
  span: "{from} to {to} ({zone}): {length}.",
  zoom: {
    label: "Zoom",
    back: "Back",
    earlier: "Earlier",
    later: "Later",
    in: "Zoom in",
    out: "Zoom out",
    again: "Refresh",
    hint: "Drag across a chart to zoom in on that span.",
  },
  asking: "Loading…",
  empty: "Nothing was recorded in this span.",
  wholeSpan: "Over the whole span",
  step: "{step} a point",
  everyPoint: "every single point",
  spread: "{mean} ({min} to {max})",
  stages: {
    "captured-to-logged": "Captured → logged",
    "logged-to-decided": "Logged → decided",
    "captured-to-decided": "Captured → decided",
  },
  charts: {
    gammaBackground: {
      heading: "Gamma background",
      unit: "counts per second",
      meaning:
        "Of each panel, as the portal says it while vacant. The band goes from the least to the greatest.",
    },
    gammaCounts: {
      heading: "Gamma counts of passages",
      unit: "counts in 200 ms",
      meaning: "Of each panel, while vehicles are in the portal.",
    },
    drift: {
      heading: "Drift of the gamma background, and rain",
      unit: "% of the span's median",
      meaning: "A panel that leaves the others is ageing or covered; all panels together are the weather.",
    },
    variance: {
      heading: "Variance against Poisson",
      unit: "ratio",
      meaning:
        "1 where the background scatters as counts do; well above: noise; well below: a panel that repeats itself.",
    },
    neutronBackground: {
      heading: "Neutron background",
      unit: "counts per second",
      meaning: "Of each panel, as the portal says it while vacant.",
    },
    deadTime: {
      heading: "Time without measurements",
      unit: "seconds",
      meaning: "How long nothing came of the portal, in each step.",
    },
    occupancies: {
      heading: "Occupancies",
      unit: "vehicles",
      meaning: "How many vehicles passed in each step.",
    },
    alarms: { heading: "Alarms", unit: "alarms", meaning: "How many were raised in each step, by kind." },
    latency: {
      heading: "Latency",
      unit: "milliseconds",
      meaning: "From the edge's stamp on a frame to the log, and to the decision.",
    },
  },
  rain: {
    none: "No rain-like rise in this span.",
    found: { one: "{count} rain-like rise, shaded.", other: "{count} rain-like rises, shaded." },
    meaning:
      "Rain-like: all panels {percent} % or more above their medians together, for {length} or longer.",
    rise: "{at}, for {length}: up to {peak} %",
  },
  percentiles: {
    caption: "Percentiles of the latency",
    stage: "Stage",
    p50: "Half within (ms)",
    p90: "90 % within (ms)",
    p99: "99 % within (ms)",
    max: "Longest (ms)",
    count: "Frames",
    estimated:
      "Estimated: where a point stands for more than two frames, only their extremes and their mean are known. Zoom in for exact figures.",
  },
} as const;
