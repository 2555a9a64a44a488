/** @import { Dashboards } from '../watch-contract.ts' */
/** @import { Place } from './places.js' */
/** @import { Reading } from './prose.js' */
import { alarmPage } from './alarm-page.js';
import { dashboardPage } from './dashboard-page.js';
import { h, part, replaceKeepingFocus } from './dom.js';
import { span } from './measures.js';
import { linkTo, placeOfLink, placeOfWidget } from './places.js';
import { getDashboards } from './server.js';
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
  /** @type {Dashboards | undefined} */
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

  /** @type {Reading} */
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
      watched ??= await getDashboards();
      if (range.options.length === 0) showRanges(watched);
      showTabs(watched, place);
      const next =
        place.page === 'dashboards' ? dashboardAt(watched, place.name) : await alarmPage(place, reading, lastDashboard);
      if (mine !== asked) return next.destroy();
      clear();
      shown = next;
      body.replaceChildren(next.element);
      scrollTo(0, 0);
      document.title = `${next.title} · Console of the chain`;
      await refresh();
      if (place.widget !== undefined) point(place.widget);
    } catch (error) {
      if (mine !== asked) return;
      clear();
      part('watch-problem').replaceChildren(problem(error));
    }
  }

  function clear() {
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

  /** @param {Dashboards} all @param {string} name */
  function dashboardAt({ dashboards }, name) {
    const dashboard = dashboards.find((one) => one.name === name) ?? (name === '' ? dashboards[0] : undefined);
    if (!dashboard) {
      const there = dashboards.map((one) => one.name).join(', ');
      throw new Error(there ? `There is no dashboard "${name}", only ${there}.` : 'The template has no dashboards.');
    }
    lastDashboard = dashboard.name;
    return dashboardPage(dashboard, reading, () => range.value);
  }

  /** @param {Dashboards} all */
  function showRanges({ ranges }) {
    range.replaceChildren(
      h('option', { value: '' }, 'since the start'),
      ...ranges.map((seconds) => h('option', { value: seconds }, `last ${span(seconds)}`)),
    );
  }

  /** @param {Dashboards} all @param {Place} place */
  function showTabs({ dashboards }, place) {
    const there = place.page !== 'chain' && place.name !== '' ? place.name : dashboards[0]?.name;
    const isThere = (/** @type {string} */ name) => place.page === 'dashboards' && name === there;
    replaceKeepingFocus(
      part('watch-tabs'),
      dashboards.map(({ name, title }) => {
        const isCurrent = isThere(name) && 'page';
        return h('a', { id: `tab-${name}`, href: linkTo('dashboards', name), 'aria-current': isCurrent }, title);
      }),
    );
    part('watch-when').hidden = place.page !== 'dashboards';
  }

  return {
    show,
    /** Asks for nothing any more, until something is shown again. */
    hide() {
      asked += 1;
      clear();
    },
  };
}

/** Brings a widget into sight. @param {number} index */
function point(index) {
  const widget = document.getElementById(`widget-${index}`);
  widget?.scrollIntoView({ block: 'center' });
  widget?.focus();
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
