/** @import { Chart, ChartConfiguration, ChartDataset, Point } from 'chart.js' */
/** @import { Threshold } from '../contract.ts' */

import { colourOf, look } from './chart-look.js';
import { crosshair, thresholdLines } from './chart-marks.js';
import { clockTime, clockTimeWithSeconds, measure } from './measures.js';

/**
 * @typedef {{ label: string, colour?: string | undefined, points: readonly (readonly [number, number])[] }} Line
 * @typedef {{
 *   lines: readonly Line[],
 *   periodSeconds: number,
 *   isRunning?: boolean,
 *   fromSeconds: number,
 *   toSeconds: number,
 * }} Drawn
 * @typedef {{
 *   unit?: string,
 *   min?: number | undefined,
 *   max?: number | undefined,
 *   thresholds?: readonly Threshold[],
 *   isStacked?: boolean,
 *   isSpark?: boolean,
 * }} Shape
 */

/** The library is a script of its own, since it comes in no module that a browser could load as it is. */
const Library = /** @type {typeof import('chart.js').Chart} */ (/** @type {any} */ (globalThis).Chart);

/** Lines over time in a canvas that fills its parent. @param {HTMLCanvasElement} canvas @param {Shape} shape */
export function lineChart(canvas, shape) {
  /** @type {Chart<'line', Point[]> | undefined} */
  let chart;
  /** @type {Drawn | undefined} */
  let drawn;

  /** @param {Drawn} next */
  function draw(next) {
    drawn = next;
    chart ??= new Library(canvas, configuration(shape));
    const { x } = chart.options.scales ?? {};
    if (x) Object.assign(x, { min: next.fromSeconds, max: next.toSeconds });
    chart.data.datasets = next.lines.map((line, index) => dataset(line, index, next, shape));
    chart.update();
  }

  return {
    draw,
    /** In the colours of another scheme. */
    redraw() {
      chart?.destroy();
      chart = undefined;
      if (drawn) draw(drawn);
    },
    destroy: () => chart?.destroy(),
  };
}

/** @param {Line} line @param {number} index @param {Drawn} drawn @param {Shape} shape @returns {ChartDataset<'line', Point[]>} */
function dataset(line, index, { lines, periodSeconds, isRunning, toSeconds }, { isStacked, isSpark }) {
  const colour = line.colour ?? colourOf(index);
  const points = isStacked ? withZeroes(line.points, lines) : line.points;
  const data = withGaps(points, periodSeconds);
  /** A point with no neighbour would not be seen as a line. @param {number} at */
  const isAlone = (at) => Number.isNaN(data[at - 1]?.y ?? Number.NaN) && Number.isNaN(data[at + 1]?.y ?? Number.NaN);
  return {
    label: line.label,
    data,
    borderColor: colour,
    backgroundColor: isStacked || isSpark ? `${colour}33` : colour,
    fill: isStacked ? 'stack' : isSpark ? 'origin' : false,
    borderWidth: 1.5,
    pointRadius: data.map((_, at) => (isAlone(at) ? 2 : 0)),
    pointHoverRadius: 4,
    pointHitRadius: 12,
    segment: {
      // What is still being counted will change.
      borderDash: ({ p1 }) => (isRunning && Number(p1.parsed.x) + periodSeconds > toSeconds ? [4, 4] : undefined),
    },
  };
}

/** Where a period is missing, the line is interrupted. @param {Line['points']} points @param {number} periodSeconds @returns {Point[]} */
function withGaps(points, periodSeconds) {
  return points.flatMap(([x, y], index) => {
    const before = points[index - 1];
    const isGap = before !== undefined && x - before[0] > periodSeconds * 1.5;
    return isGap
      ? [
          { x: before[0] + periodSeconds, y: Number.NaN },
          { x, y },
        ]
      : [{ x, y }];
  });
}

/** What lies upon another must have a height wherever any has. @param {Line['points']} points @param {readonly Line[]} lines */
function withZeroes(points, lines) {
  const values = new Map(points);
  const times = [...new Set(lines.flatMap((line) => line.points.map(([x]) => x)))].sort((a, b) => a - b);
  return times.map((x) => /** @type {const} */ ([x, values.get(x) ?? 0]));
}

/** @param {Shape} shape @returns {ChartConfiguration<'line', Point[]>} */
function configuration({ unit = '', min, max, thresholds = [], isStacked = false, isSpark = false }) {
  const { ink, soft, line, surface } = look();
  const font = { family: getComputedStyle(document.body).fontFamily, size: 11 };
  const reach = thresholds.map(({ value }) => value * 1.08);
  return {
    type: 'line',
    data: { datasets: [] },
    plugins: isSpark ? [] : [thresholdLines(thresholds, unit), crosshair],
    options: {
      animation: false,
      maintainAspectRatio: false,
      parsing: false,
      normalized: true,
      layout: { padding: isSpark ? { top: 4 } : { top: 6, right: 4 } },
      interaction: { mode: 'index', intersect: false, axis: 'x' },
      events: isSpark ? [] : ['mousemove', 'mouseout', 'click', 'touchstart', 'touchmove'],
      scales: {
        x: {
          type: 'linear',
          display: !isSpark,
          grid: { display: false },
          border: { color: line },
          ticks: {
            color: soft,
            font,
            maxRotation: 0,
            autoSkipPadding: 12,
            callback: (value) => clockTime(Number(value)),
          },
          afterBuildTicks: (axis) => {
            axis.ticks = timeTicks(axis.min, axis.max, Math.max(2, Math.floor(axis.width / 60))).map((value) => ({
              value,
            }));
          },
        },
        y: {
          display: !isSpark,
          stacked: isStacked,
          ...(min !== undefined && { min }),
          ...(max !== undefined && { max }),
          ...(reach.length > 0 && { suggestedMax: Math.max(...reach) }),
          grid: { color: line, drawTicks: false },
          border: { display: false },
          ticks: {
            color: soft,
            font,
            padding: 6,
            maxTicksLimit: 5,
            ...(unit === 'count' && { precision: 0 }),
            callback: (value) => measure(Number(value), unit),
          },
          ...(unit === 's' && {
            afterBuildTicks: (axis) => {
              axis.ticks = timeTicks(axis.min, axis.max, 4).map((value) => ({ value }));
            },
          }),
        },
      },
      plugins: {
        legend: { display: false },
        tooltip: {
          enabled: !isSpark,
          backgroundColor: surface,
          titleColor: ink,
          bodyColor: ink,
          borderColor: soft,
          borderWidth: 1,
          titleFont: { ...font, weight: 'bold' },
          bodyFont: font,
          padding: 8,
          boxWidth: 8,
          boxHeight: 8,
          boxPadding: 4,
          itemSort: (a, b) => Number(b.parsed.y) - Number(a.parsed.y),
          filter: ({ parsed }) => !Number.isNaN(parsed.y),
          callbacks: {
            title: ([item]) => (item ? `${clockTimeWithSeconds(Number(item.parsed.x))} UTC` : ''),
            label: ({ dataset: of, parsed }) => `${of.label}: ${measure(Number(parsed.y), unit)}`,
          },
        },
      },
    },
  };
}

const minute = 60;
const hour = 60 * minute;
const steps = [
  ...[1, 2, 5, 10, 15, 30],
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minute),
  ...[1, 2, 3, 6, 12, 24, 48, 96, 168, 336, 672].map((count) => count * hour),
];

/** Round times, in seconds. @param {number} from @param {number} to @param {number} most */
function timeTicks(from, to, most) {
  const step = steps.find((one) => (to - from) / one <= most) ?? to - from;
  const first = Math.ceil(from / step) * step;
  return Array.from({ length: Math.max(0, Math.floor((to - first) / step) + 1) }, (_, index) => first + index * step);
}
