import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import type { Threshold } from '../contract.ts';
import { clockTime, measure } from './format.ts';

export interface Line {
  readonly label: string;
  readonly colour?: string;
  readonly points: readonly (readonly [atSeconds: number, value: number])[];
}

interface Props {
  /** What the chart shows, for screen readers. */
  readonly label: string;
  readonly lines: readonly Line[];
  readonly periodSeconds: number;
  /** The last period is still being counted. */
  readonly isRunning?: boolean;
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly unit?: string | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly thresholds?: readonly Threshold[];
  readonly isStacked?: boolean;
  /** Without axes and cursor. */
  readonly isSpark?: boolean;
  /** Hears of the time under the pointer, which is that of every chart on the page. */
  readonly onCursor?: (atSeconds: number | undefined) => void;
}

/** Lines over time, as large as their frame. */
export function LineChart(props: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const newest = useRef(props);
  newest.current = props;
  const isDark = useIsDark();
  const { label, lines } = props;
  const look = JSON.stringify([isDark, lines.map((line) => [line.label, line.colour])]);

  // A chart whose lines or colours are others is made anew; new data goes into the old one.
  useEffect(() => {
    const { current } = frame;
    if (!current) return;
    const size = () => ({ width: current.clientWidth, height: current.clientHeight });
    plot.current = new uPlot({ ...optionsOf(() => newest.current), ...size() }, dataOf(newest.current), current);
    const observer = new ResizeObserver(() => plot.current?.setSize(size()));
    observer.observe(current);
    return () => {
      observer.disconnect();
      plot.current?.destroy();
    };
  }, [look]);
  useEffect(() => plot.current?.setData(dataOf(props)), [JSON.stringify(lines), props.fromSeconds, props.toSeconds]);

  const accessible = props.isSpark ? { 'aria-hidden': true } : { role: 'img' as const, 'aria-label': label };
  return <div class="chart" ref={frame} {...accessible} />;
}

const series = 8;
export const colourOf = ({ colour }: Line, index: number) => colour ?? `var(--series-${(index % series) + 1})`;

function useIsDark(): boolean {
  const [isDark, setDark] = useState(false);
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)');
    const hear = () => setDark(query.matches);
    hear();
    query.addEventListener('change', hear);
    return () => query.removeEventListener('change', hear);
  }, []);
  return isDark;
}

/** A colour of the stylesheet as a canvas takes it. */
function resolved(colour: string): string {
  document.body.style.outlineColor = colour;
  const { outlineColor } = getComputedStyle(document.body);
  document.body.style.outlineColor = '';
  return outlineColor;
}

const transparent = (colour: string, percent: number) => `color-mix(in srgb, ${colour} ${percent}%, transparent)`;

/** One column of times, and one of values for each line and threshold. Missing values interrupt their line. */
function dataOf({
  lines,
  periodSeconds,
  isStacked,
  thresholds = [],
  fromSeconds,
  toSeconds,
}: Props): uPlot.AlignedData {
  const known = [...new Set(lines.flatMap(({ points }) => points.map(([at]) => at)))].sort((a, b) => a - b);
  const withGaps = known.flatMap((at, index) =>
    (known[index + 1] ?? at) - at > periodSeconds * 1.5 ? [at, at + periodSeconds] : [at],
  );
  // Thresholds go from edge to edge.
  const times = thresholds.length > 0 ? [...new Set([fromSeconds, ...withGaps, toSeconds])] : withGaps;
  times.sort((a, b) => a - b);
  const sums = new Map<number, number>();
  const columns = lines.map(({ points }) => {
    const values = new Map(points);
    return times.map((at) => {
      if (!isStacked || !known.includes(at)) return values.get(at) ?? null;
      // Each line stands on the one before it: a missing value has no height.
      sums.set(at, (sums.get(at) ?? 0) + (values.get(at) ?? 0));
      return sums.get(at);
    });
  });
  return [times, ...columns, ...thresholds.map(({ value }) => times.map(() => value))];
}

const minute = 60;
const hour = 60 * minute;
/** Steps of an axis in seconds, and in whole numbers. */
const durations = [1, 2, 5, 10, 15, 30, minute, 2 * minute, 5 * minute, 10 * minute, 15 * minute, 30 * minute].concat(
  [1, 2, 3, 6, 12, 24, 48, 96, 168, 336, 672].map((count) => count * hour),
);
const wholeNumbers = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7].flatMap((power) => [power, 2 * power, 5 * power]);
const steps: Readonly<Record<string, number[]>> = { s: durations, count: wholeNumbers };

export const colourOfThreshold = ({ colour = 'var(--loop)' }: Threshold) => colour;

/** A dashed line, with its bad side shaded. */
function thresholdSeries(threshold: Threshold): uPlot.Series {
  const colour = resolved(colourOfThreshold(threshold));
  return {
    stroke: colour,
    width: 1.5,
    dash: [6, 4],
    points: { show: false },
    ...(threshold.fill !== 'none' && {
      fill: transparent(colour, 10),
      fillTo: ({ scales }) => (threshold.fill === 'above' ? scales.y?.max : scales.y?.min) ?? 0,
    }),
  };
}

/** `props` are the newest ones whenever they are asked for. */
function optionsOf(props: () => Props): Omit<uPlot.Options, 'width' | 'height'> {
  const { lines, unit = '', min, max, thresholds = [], isStacked, isSpark } = props();
  const axis: uPlot.Axis = {
    stroke: resolved('var(--soft)'),
    font: `11px ${getComputedStyle(document.body).fontFamily}`,
    ticks: { show: false },
  };
  const incrs = steps[unit];
  return {
    legend: { show: false },
    padding: isSpark ? [4, 0, 0, 0] : [8, 16, 0, 0],
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
    cursor: isSpark
      ? { show: false }
      : { y: false, drag: { x: false, y: false }, points: { size: 7 }, sync: { key: 'time' } },
    series: [
      {},
      ...lines.map((line, index): uPlot.Series => {
        const colour = resolved(colourOf(line, index));
        return {
          label: line.label,
          stroke: colour,
          width: 1.5,
          ...((isStacked || isSpark) && { fill: transparent(colour, 20) }),
          points: { show: !isSpark, size: 4, fill: colour, filter: (plot, at) => alone(plot.data[at] ?? []) },
        };
      }),
      ...thresholds.map(thresholdSeries),
    ],
    bands: isStacked ? lines.slice(1).map((_, index) => ({ series: [index + 2, index + 1] })) : [],
    scales: {
      x: { range: () => [props().fromSeconds, props().toSeconds] },
      y: {
        range: (_, low, high) => {
          const [from, to] = uPlot.rangeNum(low ?? 0, high ?? 0, 0.1, true);
          return [min ?? from, max ?? to];
        },
      },
    },
    axes: isSpark
      ? [{ show: false }, { show: false }]
      : [
          { ...axis, size: 24, space: 50, grid: { show: false }, values: (_, times) => times.map(clockTime) },
          {
            ...axis,
            space: 28,
            grid: { stroke: resolved('var(--line)'), width: 1 },
            size: (_, values) => 14 + 6.5 * Math.max(0, ...(values ?? []).map(({ length }) => length)),
            values: (_, values) => values.map((value) => measure(value, unit)).map(unlessRepeated),
            ...(incrs && { incrs }),
          },
        ],
    hooks: {
      draw: [(plot) => fadeRunning(plot, props())],
      setCursor: [({ cursor: { idx }, data }) => props().onCursor?.(idx == null ? undefined : data[0][idx])],
    },
  };
}

/** Rounded labels may be equal. */
const unlessRepeated = (label: string, at: number, all: readonly string[]) => (label === all[at - 1] ? '' : label);

/** Points without a neighbour, which no line would show. */
function alone(values: uPlot.AlignedData[number]): number[] {
  const is = (at: number) => values[at] !== null && values[at] !== undefined;
  return [...values.keys()].filter((at) => is(at) && !is(at - 1) && !is(at + 1));
}

/** A period that is still being counted is drawn faintly: its value will change. */
function fadeRunning({ ctx, bbox, data, valToPos }: uPlot, { isRunning, periodSeconds }: Props): void {
  const last = data[0].at(-1);
  if (!isRunning || last === undefined) return;
  const x = Math.max(valToPos(last - periodSeconds, 'x', true), bbox.left);
  ctx.fillStyle = transparent(resolved('var(--surface)'), 55);
  ctx.fillRect(x, bbox.top, bbox.left + bbox.width - x, bbox.height);
}
