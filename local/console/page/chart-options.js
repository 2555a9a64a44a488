/** @import { ChartConfiguration, Point } from 'chart.js' */
/** @import { Shape } from './line-chart.js' */
import { look } from './chart-look.js';
import { crosshair, thresholdLines } from './chart-marks.js';
import { clockTime, clockTimeWithSeconds, measure } from './measures.js';
import { timeTicks } from './time-ticks.js';

/**
 * How lines look: calm axes, a tooltip with all values of a moment, and round times.
 * @param {Shape} shape
 * @returns {ChartConfiguration<'line', Point[]>}
 */
export function chartOptions({ unit = '', min, max, thresholds = [], isStacked = false, isSpark = false }) {
  const { soft, line } = look();
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
            axis.ticks = timeTicks(axis.min, axis.max, Math.max(2, Math.floor(axis.width / 50))).map((value) => ({
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
      plugins: { legend: { display: false }, ...(isSpark ? { tooltip: { enabled: false } } : tooltip(unit, font)) },
    },
  };
}

/** @param {string} unit @param {{ family: string, size: number }} font @returns {NonNullable<ChartConfiguration<'line', Point[]>['options']>['plugins']} */
function tooltip(unit, font) {
  const { ink, soft, surface } = look();
  return {
    tooltip: {
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
  };
}
