/** @import { DashboardCard, DashboardData, Watched } from '../contract.ts' */
/** @import { Place } from './places.js' */
import { alarmPage } from './alarm-page.js';
import { dashboardGrid } from './dashboard-grid.js';
import { h, part } from './dom.js';
import { clockTimeWithSeconds, span } from './measures.js';
import { linkTo, placeOfLink, placeOfWidget } from './places.js';
import { getDashboard, getWatched } from './server.js';
import { problem } from './verdict.js';

/** Often enough to look live; a query of a log is run anew by the server when it sees fit. */
const refreshMilliseconds = 2000;
const soonMilliseconds = 400;

/**
 * What is shown at a place, until another is. A refresh says whether there is more to come at once.
 * @typedef {{ element: HTMLElement, title: string, refresh: () => Promise<boolean | undefined>, redraw: () => void, destroy: () => void }} Shown
 */

/** The dashboards, the alarms and their runbooks. They ask the server only while somebody sees them. */
export function watchPage() {
  /** @type {Watched | undefined} */
  let watched;
  /** @type {Shown | undefined} */
  let shown;
  /** Where the last dashboard was. */
  let lastDashboard = '';
  let asked = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;
  const range = part('watch-range', HTMLSelectElement);
  const body = part('watch-body');

  /** @type {import('./prose.js').Reading} */
  const reading = {
    link: (href) => placeOfLink(href, watched?.dashboards ?? []),
    widget: (title) => placeOfWidget(title, watched?.dashboards ?? []),
  };

  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => shown?.redraw());
  document.addEventListener('visibilitychange', () => void refresh());
  range.addEventListener('change', () => void refresh());

  /** @param {Exclude<Place, { page: 'chain' }>} place */
  async function show(place) {
    asked += 1;
    const mine = asked;
    try {
      watched ??= await getWatched();
      if (range.options.length === 0) showRanges(watched);
      const next =
        place.page === 'dashboards' ? dashboardAt(watched, place.name) : await alarmPage(place, reading, lastDashboard);
      if (mine !== asked) return next.destroy();
      hide();
      shown = next;
      body.replaceChildren(next.element);
      document.title = `${next.title} · Console of the chain`;
      showTabs(watched, place);
      await refresh();
      if (place.widget !== undefined) point(place.widget);
    } catch (error) {
      if (mine === asked) part('watch-problem').replaceChildren(problem(error));
    }
  }

  function hide() {
    clearTimeout(waiting);
    shown?.destroy();
    shown = undefined;
    body.replaceChildren();
    part('watch-problem').replaceChildren();
  }

  async function refresh() {
    clearTimeout(waiting);
    const now = shown;
    if (!now || document.hidden) return;
    let isWaiting;
    try {
      isWaiting = await now.refresh();
      if (now === shown) part('watch-problem').replaceChildren();
    } catch (error) {
      if (now === shown) part('watch-problem').replaceChildren(problem(error));
    }
    if (now !== shown) return;
    clearTimeout(waiting);
    waiting = setTimeout(refresh, isWaiting ? soonMilliseconds : refreshMilliseconds);
  }

  /** @param {Watched} all @param {string} name @returns {Shown} */
  function dashboardAt({ dashboards }, name) {
    const dashboard = dashboards.find((one) => one.name === name) ?? (name === '' ? dashboards[0] : undefined);
    if (!dashboard) {
      const there = dashboards.map((one) => one.name).join(', ');
      throw new Error(there ? `There is no dashboard "${name}", only ${there}.` : 'The template has no dashboards.');
    }
    lastDashboard = dashboard.name;
    const grid = dashboardGrid(dashboard, reading.link);
    const notes = h('div', { class: 'notes' });
    return {
      element: h('div', { class: 'dashboard' }, notes, grid.element),
      title: dashboard.title,
      async refresh() {
        const data = await getDashboard(dashboard.name, range.value);
        grid.update(data);
        showNotes(notes, dashboard, data);
        showTime(data);
        return data.widgets.some(({ kind }) => kind === 'asking');
      },
      redraw: grid.redraw,
      destroy: grid.destroy,
    };
  }

  /** @param {Watched} all */
  function showRanges({ ranges }) {
    range.replaceChildren(
      h('option', { value: '' }, 'since the start'),
      ...ranges.map((seconds) => h('option', { value: seconds }, `last ${span(seconds)}`)),
    );
  }

  /** @param {Watched} all @param {Place} place */
  function showTabs({ dashboards }, place) {
    part('watch-tabs').replaceChildren(
      ...dashboards.map(({ name, title }) =>
        h(
          'a',
          {
            href: linkTo('dashboards', name),
            'aria-current': place.page === 'dashboards' && name === lastDashboard && 'page',
          },
          title,
        ),
      ),
    );
    part('watch-range-choice').hidden = place.page !== 'dashboards';
  }

  return { show, hide };
}

/** Brings a widget into sight. @param {number} index */
function point(index) {
  const widget = document.getElementById(`widget-${index}`);
  widget?.scrollIntoView({ block: 'center' });
  widget?.focus();
}

/** @param {DashboardData} data */
function showTime({ nowSeconds, rangeSeconds }) {
  part('watch-time').textContent = `${span(rangeSeconds)} up to ${clockTimeWithSeconds(nowSeconds)} UTC`;
}

/** What somebody should know before they read the numbers. @param {HTMLElement} notes @param {DashboardCard} dashboard @param {DashboardData} data */
function showNotes(notes, { widgets }, data) {
  const metrics = data.widgets.filter((one) => one.kind === 'metric');
  const isEmpty = metrics.every(({ lines }) => lines.every(({ points }) => points.length === 0));
  const unread = widgets.filter(({ kind }) => kind === 'unread').length;
  notes.replaceChildren(
    ...(metrics.length > 0 && isEmpty ? [emptyNote()] : []),
    ...(unread > 0
      ? [h('p', { class: 'note' }, `${unread} widgets cannot be shown as CloudWatch would; each says why.`)]
      : []),
    ...(data.rejected.length > 0 ? [rejectedNote(data.rejected)] : []),
  );
}

function emptyNote() {
  return h(
    'p',
    { class: 'note' },
    h('strong', {}, 'No data yet. '),
    h('a', { href: '#chain' }, 'View a picture'),
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

/** How many alarms are red, beside the name of the page. @param {number} red */
export function showRed(red) {
  const count = part('red-alarms');
  const before = count.textContent;
  count.textContent = red === 0 ? '' : `${red} red`;
  if (count.textContent !== before) {
    part('watch-status').textContent = red === 0 ? 'No alarm is red.' : `${red} alarms are red.`;
  }
}
