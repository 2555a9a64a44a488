/** @import { MetricPoints, Widget } from '../watch-contract.ts' */
import { colourOf } from './chart-look.js';
import { h } from './dom.js';
import { lineChart } from './line-chart.js';
import { measure, unitInWords } from './measures.js';

/**
 * A widget of numbers, as what is drawn once and what is drawn again with new data.
 * @typedef {{ element: HTMLElement, update: (data: MetricPoints, time: { fromSeconds: number, toSeconds: number }) => void, redraw: () => void, destroy: () => void }} MetricView
 * @typedef {Extract<Widget, { kind: 'metric' }>} MetricWidget
 */

/** Beyond so many, lines without any data are not listed one by one. */
const listedLines = 7;

/** @param {MetricWidget} widget @returns {MetricView} */
export function metricView(widget) {
  return widget.view === 'singleValue' ? numberView(widget) : graphView(widget);
}

/** @param {MetricWidget} widget @returns {MetricView} */
function graphView({ title, axis, thresholds, isStacked }) {
  const canvas = /** @type {HTMLCanvasElement} */ (h('canvas', { role: 'img', 'aria-label': title }));
  const none = h('p', { class: 'none' }, h('span', {}, 'No data in this time.'));
  const legend = h('ul', { class: 'legend', 'aria-label': `${title}: latest values` });
  const unit = axis.label ?? '';
  const chart = lineChart(canvas, { unit, min: axis.min, max: axis.max, thresholds, isStacked });
  return {
    element: h('div', { class: 'graph' }, h('div', { class: 'canvas' }, canvas, none), legend),
    update({ lines, periodSeconds, isRunning }, time) {
      chart.draw({ lines, periodSeconds, isRunning, ...time });
      const withData = lines.filter(({ points }) => points.length > 0);
      none.hidden = withData.length > 0;
      const listed = lines.length > listedLines ? withData : lines;
      const left = lines.length - listed.length;
      legend.replaceChildren(
        ...listed.map((line) => legendItem(line.label, line.colour ?? colourOf(lines.indexOf(line)), last(line))),
        ...(left > 0 ? [h('li', { class: 'left' }, `and ${left} without data`)] : []),
      );
      canvas.setAttribute(
        'aria-label',
        [title, ...withData.map((line) => `${line.label} ${last(line, unit)}`)].join(', '),
      );
    },
    redraw: chart.redraw,
    destroy: chart.destroy,
  };

  /** @param {MetricPoints['lines'][number]} line @param {string} [of] */
  function last({ points }, of = unit) {
    const value = points.at(-1)?.[1];
    return value === undefined ? '–' : measure(value, of);
  }
}

/** @param {string} label @param {string} colour @param {string} value */
function legendItem(label, colour, value) {
  const swatch = h('i', { 'aria-hidden': 'true' });
  swatch.style.background = colour;
  return h('li', {}, swatch, h('span', {}, label), h('b', { class: value === '–' && 'nothing' }, value));
}

/** @param {MetricWidget} widget @returns {MetricView} */
function numberView({ title, hasSparkline }) {
  const values = h('div', { class: 'values' });
  const canvas = /** @type {HTMLCanvasElement} */ (h('canvas', { 'aria-hidden': 'true' }));
  const spark = h('div', { class: 'spark' }, canvas);
  const chart = lineChart(canvas, { isSpark: true });
  return {
    element: h('div', { class: 'figure' }, values, hasSparkline && spark),
    update({ lines, periodSeconds, isRunning }, time) {
      values.replaceChildren(
        ...lines.map(({ label, points }) => {
          const value = points.at(-1)?.[1];
          const unit = unitInWords(title, label);
          return h(
            'p',
            {},
            h('b', { class: value === undefined && 'nothing' }, value === undefined ? '–' : measure(value, unit)),
            h('span', {}, unit === '$' ? label.replace(/^\$ ?/, '') : label),
          );
        }),
      );
      // One point makes no line.
      spark.hidden = lines.every(({ points }) => points.length < 2);
      if (hasSparkline && !spark.hidden) chart.draw({ lines, periodSeconds, isRunning, ...time });
    },
    redraw: chart.redraw,
    destroy: chart.destroy,
  };
}
