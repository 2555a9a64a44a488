import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import type { Threshold } from '../watch-contract.ts';
import { clockTime, measure } from './format.ts';

export interface Line {
  readonly label: string;
  readonly colour?: string;
  readonly points: readonly (readonly [atSeconds: number, value: number])[];
}

interface Props {
  /** What the chart shows, for whoever cannot see it. */
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

/** One column of times, and one of values for each line. Missing values interrupt their line. */
function dataOf({ lines, periodSeconds, isStacked }: Props): uPlot.AlignedData {
  const known = [...new Set(lines.flatMap(({ points }) => points.map(([at]) => at)))].sort((a, b) => a - b);
  const times = known.flatMap((at, index) =>
    (known[index + 1] ?? at) - at > periodSeconds * 1.5 ? [at, at + periodSeconds] : [at],
  );
  const columns = lines.map(({ points }) => {
    const values = new Map(points);
    return times.map((at) => values.get(at) ?? null);
  });
  if (!isStacked) return [times, ...columns];
  // Each line stands on the one before it: a missing value has no height.
  const sums = times.map(() => 0);
  const isKnown = times.map((_, at) => columns.some((column) => column[at] !== null));
  return [
    times,
    ...columns.map((column) =>
      column.map((value, at) => {
        sums[at] = (sums[at] ?? 0) + (value ?? 0);
        return isKnown[at] ? (sums[at] ?? 0) : null;
      }),
    ),
  ];
}

const minute = 60;
const hour = 60 * minute;
/** Steps of an axis in seconds, and in whole numbers. */
const durations = [1, 2, 5, 10, 15, 30, minute, 2 * minute, 5 * minute, 10 * minute, 15 * minute, 30 * minute].concat(
  [1, 2, 3, 6, 12, 24, 48, 96, 168, 336, 672].map((count) => count * hour),
);
const wholeNumbers = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7].flatMap((power) => [power, 2 * power, 5 * power]);
const steps: Readonly<Record<string, number[]>> = { s: durations, count: wholeNumbers };

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
    ],
    bands: isStacked ? lines.slice(1).map((_, index) => ({ series: [index + 2, index + 1] })) : [],
    scales: {
      x: { range: () => [props().fromSeconds, props().toSeconds] },
      y: {
        range: (_, low, high) => {
          const top = Math.max(high ?? 0, ...thresholds.map(({ value }) => value * 1.08));
          const [from, to] = uPlot.rangeNum(Math.min(low ?? 0, top), top, 0.1, true);
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
      drawAxes: [(plot) => shadeThresholds(plot, thresholds)],
      draw: [(plot) => fadeRunning(plot, props()), (plot) => drawThresholds(plot, thresholds, unit)],
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

/** The bad side of each threshold. */
function shadeThresholds({ ctx, bbox, valToPos }: uPlot, thresholds: readonly Threshold[]): void {
  for (const { value, fill, colour = 'var(--loop)' } of thresholds) {
    if (fill === 'none') continue;
    const y = Math.min(Math.max(valToPos(value, 'y', true), bbox.top), bbox.top + bbox.height);
    ctx.fillStyle = transparent(resolved(colour), 10);
    if (fill === 'above') ctx.fillRect(bbox.left, bbox.top, bbox.width, y - bbox.top);
    else ctx.fillRect(bbox.left, y, bbox.width, bbox.top + bbox.height - y);
  }
}

function drawThresholds({ ctx, bbox, valToPos }: uPlot, thresholds: readonly Threshold[], unit: string): void {
  const ratio = devicePixelRatio;
  const right = bbox.left + bbox.width;
  for (const { value, label, colour = 'var(--loop)' } of thresholds) {
    const y = valToPos(value, 'y', true);
    if (y < bbox.top || y > bbox.top + bbox.height) continue;
    ctx.save();
    ctx.strokeStyle = resolved(colour);
    ctx.lineWidth = 1.5 * ratio;
    ctx.setLineDash([6 * ratio, 4 * ratio]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(right, y);
    ctx.stroke();
    ctx.font = `${11 * ratio}px ${getComputedStyle(document.body).fontFamily}`;
    ctx.textBaseline = 'middle';
    ctx.textAlign = 'left';
    const words = [label, measure(value, unit)].filter(Boolean).join(': ');
    const width = ctx.measureText(words).width + 8 * ratio;
    const middle = y + (y - bbox.top < 18 * ratio ? 10 : -10) * ratio;
    ctx.fillStyle = transparent(resolved('var(--surface)'), 80);
    ctx.fillRect(right - width, middle - 8 * ratio, width, 16 * ratio);
    ctx.fillStyle = resolved('var(--soft)');
    ctx.fillText(words, right - width + 4 * ratio, middle);
    ctx.restore();
  }
}

/** A period that is still being counted is drawn faintly: its value will change. */
function fadeRunning({ ctx, bbox, data, valToPos }: uPlot, { isRunning, periodSeconds }: Props): void {
  const last = data[0].at(-1);
  if (!isRunning || last === undefined) return;
  const x = Math.max(valToPos(last - periodSeconds, 'x', true), bbox.left);
  ctx.fillStyle = transparent(resolved('var(--surface)'), 55);
  ctx.fillRect(x, bbox.top, bbox.left + bbox.width - x, bbox.height);
}
