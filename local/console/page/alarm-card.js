/** @import { AlarmDetails, WatchedValue } from '../watch-contract.ts' */
import { stateClass, stateIcon, stateName, stateSince } from './alarm-states.js';
import { h, replaceKeepingFocus } from './dom.js';
import { lineChart } from './line-chart.js';
import { clockTimeWithSeconds, measure, span } from './measures.js';
import { linkTo } from './places.js';

/** An alarm: how it stands, since when, and why. @param {AlarmDetails} first */
export function alarmCard(first) {
  const [head, facts, history] = [h('div', {}), h('div', {}), h('div', {})];
  const canvas = /** @type {HTMLCanvasElement} */ (h('canvas', { role: 'img', 'aria-label': 'The watched value' }));
  const chart = first.watched && lineChart(canvas, shapeOf(first.watched));
  const element = h(
    'section',
    { class: 'alarm-card', 'aria-labelledby': 'alarm-name' },
    head,
    facts,
    chart && h('div', { class: 'canvas' }, canvas),
    first.watched && formula(first.watched),
    h('h3', {}, 'History'),
    history,
  );

  /** @param {AlarmDetails} alarm */
  function update(alarm) {
    const { watched, nowSeconds } = alarm;
    head.replaceChildren(...headOf(alarm).filter((one) => one instanceof Node));
    replaceKeepingFocus(facts, watched ? [judgement(watched)] : [partsOf(alarm)]);
    history.replaceChildren(historyOf(alarm));
    if (!watched) return;
    const { points, periodSeconds } = watched;
    const fromSeconds = Math.max(points[0]?.[0] ?? 0, nowSeconds - shownPeriods * periodSeconds);
    chart?.draw({ lines: [{ label: 'watched', points }], periodSeconds, fromSeconds, toSeconds: nowSeconds });
  }

  return { element, update, redraw: () => chart?.redraw(), destroy: () => chart?.destroy() };
}

const shownPeriods = 60;

/** @param {WatchedValue} watched @returns {import('./line-chart.js').Shape} */
function shapeOf({ threshold, comparison }) {
  const fill = comparison === 'over' || comparison === 'at least' ? 'above' : 'below';
  return { min: 0, thresholds: [{ value: threshold, label: 'threshold', fill }] };
}

/** @param {AlarmDetails} alarm */
function headOf(alarm) {
  const { name, state, severity, description, reason, nowSeconds } = alarm;
  return [
    h(
      'p',
      { class: `alarm-state ${stateClass(state)}` },
      stateIcon(state, 22),
      h('span', {}, stateSince(alarm, nowSeconds)),
      severity && h('span', { class: 'tag' }, severity),
    ),
    h('h2', { id: 'alarm-name' }, name),
    h('p', { class: 'says' }, `${description}.`),
    reason && h('p', { class: 'because' }, reason),
  ];
}

/** The value beside its threshold, and how many periods it takes. @param {WatchedValue} watched */
function judgement({ seen, comparison, threshold, datapoints, of, periodSeconds, missing }) {
  const newest = seen.findLast(({ value }) => value !== undefined);
  const breaching = seen.filter(({ breaches, counts }) => breaches && counts).length;
  return h(
    'dl',
    {},
    h('dt', {}, 'Newest value'),
    h(
      'dd',
      {},
      newest ? h('b', {}, measure(newest.value ?? 0)) : 'none',
      newest && ` at ${clockTimeWithSeconds(newest.atSeconds)} UTC`,
    ),
    h('dt', {}, 'Red when'),
    h('dd', {}, `${comparison} ${measure(threshold)} in ${datapoints} of ${of} × ${span(periodSeconds)}`),
    h('dt', {}, 'It saw'),
    h('dd', {}, periods(seen), ` ${breaching} of ${of} breach`),
    h('dt', {}, 'Missing data is'),
    h(
      'dd',
      {},
      { missing: 'missing', ignore: 'ignored', breaching: 'breaching', notBreaching: 'not breaching' }[missing],
    ),
  );
}

/** A mark for each period, the newest at the right. @param {WatchedValue['seen']} seen */
function periods(seen) {
  const words = seen.map(({ value, breaches }) => (value === undefined ? 'missing' : breaches ? 'breaching' : 'fine'));
  return h(
    'span',
    { class: 'periods', role: 'img', 'aria-label': `Oldest first: ${words.join(', ')}` },
    ...seen.map(({ atSeconds, value, counts }, index) =>
      h('i', {
        class: `${words[index]}${counts ? '' : ' apart'}`,
        title: `${clockTimeWithSeconds(atSeconds)}: ${value === undefined ? 'missing' : measure(value)}`,
      }),
    ),
  );
}

/** @param {WatchedValue} watched */
function formula({ formula: lines }) {
  return h(
    'details',
    { class: 'query' },
    h('summary', {}, 'What it watches'),
    h('pre', { tabindex: 0 }, h('code', {}, lines.join('\n'))),
  );
}

/** @param {AlarmDetails} alarm */
function partsOf({ parts, partStates }) {
  return h(
    'ul',
    { class: 'parts' },
    ...parts.map((part, index) => {
      const state = partStates[index] ?? 'INSUFFICIENT_DATA';
      return h(
        'li',
        {},
        stateIcon(state, 16),
        h('a', { id: `part-${part}`, href: linkTo('alarms', part) }, part),
        h('span', {}, stateName(state)),
      );
    }),
  );
}

/** @param {AlarmDetails} alarm */
function historyOf({ history }) {
  if (history.length === 0) return h('p', { class: 'none' }, 'It has never changed its state.');
  return h(
    'ol',
    { class: 'history' },
    ...history
      .slice(0, 20)
      .map(({ atSeconds, from, to }) =>
        h(
          'li',
          {},
          h('time', {}, clockTimeWithSeconds(atSeconds)),
          stateIcon(to, 14),
          `${stateName(to)}, before: ${stateName(from)}`,
        ),
      ),
  );
}
