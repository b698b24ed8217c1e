import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import { type MetricName, metricNames, metricTable } from "./metrics-table.ts";

type NameOf<Type extends string> = {
  [Name in MetricName]: (typeof metricTable)[Name]["type"] extends Type ? Name : never;
}[MetricName];
type LabelsOf<Name extends MetricName> = Readonly<
  Record<(typeof metricTable)[Name]["labels"][number], string>
>;

/** The figures of one process. */
export interface Metrics {
  readonly count: <Name extends NameOf<"counter">>(name: Name, labels: LabelsOf<Name>, by?: number) => void;
  readonly set: <Name extends NameOf<"gauge">>(name: Name, labels: LabelsOf<Name>, value: number) => void;
  readonly observe: <Name extends NameOf<"histogram">>(
    name: Name,
    labels: LabelsOf<Name>,
    value: number,
  ) => void;
  /** Calls it before every answer: for figures that are looked up rather than told. */
  readonly beforeScrape: (look: () => void) => void;
  readonly text: () => Promise<string>;
  readonly contentType: string;
}

/** From a millisecond to ten seconds; a portal's interval is 0.2 s. */
const bucketsInSeconds = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.08, 0.1, 0.2, 0.25, 0.5, 1, 2.5, 10];

const wrongType = (name: MetricName): TypeError => new TypeError(`${name} is a metric of another type`);

export const openMetrics = (): Metrics => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const metrics = new Map<MetricName, Counter | Gauge | Histogram>();
  const looks: (() => void)[] = [];
  for (const name of metricNames) {
    const { type, labels, help } = metricTable[name];
    const options = { name, help, labelNames: [...labels], registers: [registry] };
    switch (type) {
      case "counter":
        metrics.set(name, new Counter(options));
        break;
      case "gauge":
        metrics.set(name, new Gauge(options));
        break;
      case "histogram":
        metrics.set(name, new Histogram({ ...options, buckets: bucketsInSeconds }));
        break;
    }
  }
  return {
    count: (name, labels, by = 1) => {
      const metric = metrics.get(name);
      if (!(metric instanceof Counter)) throw wrongType(name);
      metric.inc(labels, by);
    },
    set: (name, labels, value) => {
      const metric = metrics.get(name);
      if (!(metric instanceof Gauge)) throw wrongType(name);
      metric.set(labels, value);
    },
    observe: (name, labels, value) => {
      const metric = metrics.get(name);
      if (!(metric instanceof Histogram)) throw wrongType(name);
      metric.observe(labels, value);
    },
    beforeScrape: (look) => void looks.push(look),
    text: () => {
      for (const look of looks) look();
      return registry.metrics();
    },
    contentType: registry.contentType,
  };
};
