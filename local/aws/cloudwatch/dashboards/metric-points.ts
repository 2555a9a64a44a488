import { resultOf } from '../math/evaluate.ts';
import type { Points, Range } from '../math/value.ts';
import { evaluateMetrics } from '../metrics/evaluate-metrics.ts';
import type { MetricStore } from '../metrics/metric-store.ts';
import type { MetricEntry, MetricWidget } from './dashboard.ts';

/** The time that somebody looks at: up to now, by the chain's clock. */
export interface Look {
  readonly nowSeconds: number;
  readonly rangeSeconds: number;
}

export interface MetricPoints {
  readonly periodSeconds: number;
  readonly lines: readonly MetricLine[];
  /** The last period of `lines` is still being counted. */
  readonly isRunning: boolean;
}

export interface MetricLine {
  readonly label: string;
  readonly colour?: string;
  /** Seconds and value, oldest first. What is missing is not there. */
  readonly points: readonly (readonly [atSeconds: number, value: number])[];
}

/** A point is shown a minute after its period has ended ("Using live data in CloudWatch dashboards", turned off). */
const settleSeconds = 60;

/**
 * The visible lines of a widget. Periods are those of the template at every range (`periodOverride: inherit`). Where
 * nothing has come of an ended period, as in the first minutes and with periods of a day, the running one is shown.
 */
export function pointsOf(widget: MetricWidget, store: MetricStore, look: Look): MetricPoints {
  const ended = endedPeriods(widget, look);
  const read = (range: Range) => linesOf(widget.entries, store, range, look.nowSeconds);
  const { periodSeconds } = ended;
  const lines = read(ended);
  const hasPoints = lines.some(({ points }) => points.length > 0);
  if (widget.periodIsRange || (hasPoints && !widget.isLive)) return { periodSeconds, lines, isRunning: false };
  const running = { ...ended, endSeconds: Math.floor(look.nowSeconds / periodSeconds) * periodSeconds + periodSeconds };
  const all = read(running);
  const last = running.endSeconds - periodSeconds;
  return { periodSeconds, lines: all, isRunning: all.some(({ points }) => points.at(-1)?.[0] === last) };
}

/** Periods begin at multiples of themselves; one that is as long as the range is the range. */
function endedPeriods({ periodSeconds, periodIsRange }: MetricWidget, { nowSeconds, rangeSeconds }: Look): Range {
  if (periodIsRange) {
    const endSeconds = Math.floor(nowSeconds / 60) * 60;
    return { startSeconds: endSeconds - rangeSeconds, endSeconds, periodSeconds: rangeSeconds };
  }
  const floor = (seconds: number) => Math.floor(seconds / periodSeconds) * periodSeconds;
  return {
    startSeconds: floor(nowSeconds - rangeSeconds),
    endSeconds: floor(nowSeconds - settleSeconds),
    periodSeconds,
  };
}

function linesOf(entries: readonly MetricEntry[], store: MetricStore, range: Range, nowSeconds: number) {
  const values = evaluateMetrics(entries, store, range, nowSeconds);
  return entries
    .filter(({ isVisible }) => isVisible)
    .flatMap(({ id, label, colour }): MetricLine[] => {
      const value = values.get(id);
      const several = value ? resultOf(id, value) : [];
      return several.map((series, index) => ({
        label: several.length === 1 ? label : `${label} ${series.id ?? index + 1}`,
        ...(colour === undefined ? {} : { colour }),
        points: sorted(series.points),
      }));
    });
}

function sorted(points: Points): MetricLine['points'] {
  return [...points].filter(([, value]) => Number.isFinite(value)).sort(([a], [b]) => a - b);
}
