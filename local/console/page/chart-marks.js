/** @import { Chart, Plugin } from 'chart.js' */
/** @import { Threshold } from '../watch-contract.ts' */
import { look } from './chart-look.js';
import { measure } from './measures.js';

/**
 * Lines that say where good ends, with the bad side shaded.
 * @param {readonly Threshold[]} thresholds
 * @param {string} unit
 * @returns {Plugin<'line'>}
 */
export function thresholdLines(thresholds, unit) {
  return {
    id: 'thresholds',
    beforeDatasetsDraw({ ctx, chartArea, scales }) {
      for (const { value, fill, colour = look().bad } of thresholds) {
        const y = scales.y?.getPixelForValue(value);
        if (y === undefined || fill === 'none') continue;
        const edge = Math.min(Math.max(y, chartArea.top), chartArea.bottom);
        const [top, bottom] = fill === 'above' ? [chartArea.top, edge] : [edge, chartArea.bottom];
        ctx.save();
        ctx.globalAlpha = 0.1;
        ctx.fillStyle = colour;
        ctx.fillRect(chartArea.left, top, chartArea.width, bottom - top);
        ctx.restore();
      }
    },
    afterDatasetsDraw({ ctx, chartArea, scales }) {
      for (const { value, label, colour = look().bad } of thresholds) {
        const y = scales.y?.getPixelForValue(value);
        if (y === undefined || y < chartArea.top || y > chartArea.bottom) continue;
        ctx.save();
        ctx.strokeStyle = colour;
        ctx.lineWidth = 1.5;
        ctx.setLineDash([6, 4]);
        ctx.beginPath();
        ctx.moveTo(chartArea.left, y);
        ctx.lineTo(chartArea.right, y);
        ctx.stroke();
        ctx.font = `11px ${getComputedStyle(document.body).fontFamily}`;
        ctx.textBaseline = 'middle';
        const words = [label, measure(value, unit)].filter(Boolean).join(': ');
        const [width, isNearTop] = [ctx.measureText(words).width + 8, y - chartArea.top < 18];
        const [left, middle] = [chartArea.right - width, y + (isNearTop ? 10 : -10)];
        ctx.globalAlpha = 0.8;
        ctx.fillStyle = look().surface;
        ctx.fillRect(left, middle - 8, width, 16);
        ctx.globalAlpha = 1;
        ctx.fillStyle = look().soft;
        ctx.fillText(words, left + 4, middle);
        ctx.restore();
      }
    },
  };
}

/** The moment under the pointer, in every chart at once. @type {number | undefined} */
let pointed;
/** @type {Set<Chart>} */
const charts = new Set();

/** @type {Plugin<'line'>} */
export const crosshair = {
  id: 'crosshair',
  afterInit: (chart) => void charts.add(chart),
  afterDestroy: (chart) => void charts.delete(chart),
  afterEvent(chart, { event }) {
    const isInside = event.type !== 'mouseout' && event.x !== null;
    const next = isInside ? chart.scales.x?.getValueForPixel(event.x ?? 0) : undefined;
    if (next === pointed) return;
    pointed = next;
    for (const other of charts) other.draw();
  },
  afterDatasetsDraw({ ctx, chartArea, scales }) {
    const x = pointed === undefined ? undefined : scales.x?.getPixelForValue(pointed);
    if (x === undefined || x < chartArea.left || x > chartArea.right) return;
    ctx.save();
    ctx.strokeStyle = look().soft;
    ctx.lineWidth = 1;
    ctx.beginPath();
    ctx.moveTo(x, chartArea.top);
    ctx.lineTo(x, chartArea.bottom);
    ctx.stroke();
    ctx.restore();
  },
};
