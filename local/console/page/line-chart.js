/** @import { Chart, ChartDataset, Point } from 'chart.js' */
/** @import { Threshold } from '../watch-contract.ts' */

import { colourOf } from './chart-look.js';
import { chartOptions } from './chart-options.js';

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
    chart ??= new Library(canvas, chartOptions(shape));
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
