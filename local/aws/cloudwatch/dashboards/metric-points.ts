import { asSeries, evaluateMetrics, type Periods, type Points } from '../metrics/metric-math.ts';
import type { MetricStore } from '../metrics/metric-store.ts';
import type { MetricEntry, MetricWidget } from './dashboard.ts';

/** The last `rangeSeconds` before now, by the chain's clock. */
export interface TimeRange {
  readonly nowSeconds: number;
  readonly rangeSeconds: number;
}

export interface MetricPoints {
  readonly periodSeconds: number;
  readonly lines: readonly MetricLine[];
  /** The last period of `lines` has not ended. */
  readonly isRunning: boolean;
}

export interface MetricLine {
  readonly label: string;
  readonly colour?: string;
  /** Seconds and value, oldest first, without gaps' timestamps. */
  readonly points: readonly (readonly [atSeconds: number, value: number])[];
}

/** A point is shown a minute after its period has ended ("Using live data in CloudWatch dashboards", turned off). */
const settleSeconds = 60;

/**
 * The visible lines of a widget. Periods are those of the template at every range (`periodOverride: inherit`). Where no
 * ended period has points, as in the first minutes or with periods of a day, the running period is shown.
 */
export function pointsOf(widget: MetricWidget, store: MetricStore, range: TimeRange): MetricPoints {
  const ended = endedPeriods(widget, range);
  const read = (periods: Periods) => linesOf(widget.entries, store, periods, range.nowSeconds);
  const { periodSeconds } = ended;
  const lines = read(ended);
  const hasPoints = lines.some(({ points }) => points.length > 0);
  if (hasPoints) return { periodSeconds, lines, isRunning: false };
  const running = {
    ...ended,
    endSeconds: Math.floor(range.nowSeconds / periodSeconds) * periodSeconds + periodSeconds,
  };
  const all = read(running);
  const last = running.endSeconds - periodSeconds;
  return { periodSeconds, lines: all, isRunning: all.some(({ points }) => points.at(-1)?.[0] === last) };
}

/** Periods begin at multiples of their length. */
function endedPeriods({ periodSeconds }: MetricWidget, { nowSeconds, rangeSeconds }: TimeRange): Periods {
  const floor = (seconds: number) => Math.floor(seconds / periodSeconds) * periodSeconds;
  return {
    startSeconds: floor(nowSeconds - rangeSeconds),
    endSeconds: floor(nowSeconds - settleSeconds),
    periodSeconds,
  };
}

function linesOf(entries: readonly MetricEntry[], store: MetricStore, periods: Periods, nowSeconds: number) {
  const values = evaluateMetrics(entries, store, periods, nowSeconds);
  return entries
    .filter(({ isVisible }) => isVisible)
    .map(({ id, label, colour }): MetricLine => {
      const { points } = asSeries(id, values.get(id));
      return { label, ...(colour !== undefined && { colour }), points: sorted(points) };
    });
}

function sorted(points: Points): MetricLine['points'] {
  return [...points].filter(([, value]) => Number.isFinite(value)).sort(([a], [b]) => a - b);
}
