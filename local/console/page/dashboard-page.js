/** @import { DashboardCard, DashboardData } from '../watch-contract.ts' */
/** @import { Reading } from './prose.js' */
/** @import { Shown } from './watch.js' */
import { dashboardGrid } from './dashboard-grid.js';
import { h, part } from './dom.js';
import { times } from './format.js';
import { clockTimeWithSeconds, span } from './measures.js';
import { getDashboard } from './server.js';

/**
 * A dashboard, with what should be known before it is read.
 * @param {DashboardCard} dashboard
 * @param {Reading} reading
 * @param {() => string} range what is chosen, in seconds
 * @returns {Shown}
 */
export function dashboardPage(dashboard, reading, range) {
  const grid = dashboardGrid(dashboard, reading.link);
  const notes = h('div', { class: 'notes' });
  const heading = h('h2', { class: 'hidden' }, dashboard.title);
  let noted = '';
  return {
    element: h('div', { class: 'dashboard' }, !hasHeading(dashboard) && heading, notes, grid.element),
    title: dashboard.title,
    async refresh() {
      const data = await getDashboard(dashboard.name, range());
      grid.update(data);
      showTime(data);
      const next = notesOn(dashboard, data);
      // Whoever has opened one keeps it open.
      const words = next.map(({ textContent }) => textContent).join();
      if (words !== noted) notes.replaceChildren(...next);
      noted = words;
      return data.widgets.some(({ kind }) => kind === 'asking');
    },
    redraw: grid.redraw,
    destroy: grid.destroy,
  };
}

/** @param {DashboardCard} dashboard */
function hasHeading({ widgets }) {
  return widgets.some((widget) => widget.kind === 'text' && /^# /m.test(widget.markdown));
}

/** @param {DashboardData} data */
function showTime({ nowSeconds, rangeSeconds }) {
  part('watch-time').textContent = `${span(rangeSeconds)} up to ${clockTimeWithSeconds(nowSeconds)} UTC`;
}

/** @param {DashboardCard} dashboard @param {DashboardData} data */
function notesOn({ widgets }, data) {
  const metrics = data.widgets.filter((one) => one.kind === 'metric');
  const isEmpty = metrics.every(({ lines }) => lines.every(({ points }) => points.length === 0));
  const unread = widgets.filter(({ kind }) => kind === 'unread').length;
  return [
    ...(metrics.length > 0 && isEmpty ? [emptyNote()] : []),
    ...(unread > 0 ? [unreadNote(unread)] : []),
    ...(data.rejected.length > 0 ? [rejectedNote(data.rejected)] : []),
  ];
}

/** @param {number} count */
function unreadNote(count) {
  return h('p', { class: 'note' }, `${times(count, 'widget')} cannot be shown as CloudWatch would, and say why.`);
}

function emptyNote() {
  return h(
    'p',
    { class: 'note' },
    h('strong', {}, 'No data yet. '),
    h('a', { href: '#chain' }, 'View an image'),
    ', or run ',
    h('code', {}, 'make load-smoke'),
    '. As on AWS, a minute has to end first, and then each source has its lag: two minutes for the Lambda and the API, up to four for the edge.',
  );
}

/** @param {DashboardData['rejected']} rejected */
function rejectedNote(rejected) {
  return h(
    'details',
    { class: 'note bad' },
    h(
      'summary',
      {},
      h('strong', {}, 'CloudWatch would reject lines of metrics. '),
      `The last ${rejected.length} are here.`,
    ),
    h(
      'ul',
      {},
      ...rejected.map(({ atMilliseconds, group, because, message }) =>
        h('li', {}, `${clockTimeWithSeconds(atMilliseconds / 1000)} ${group}: ${because}`, h('pre', {}, message)),
      ),
    ),
  );
}
