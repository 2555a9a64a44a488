/** @import { AlarmCard, DashboardData, Widget, WidgetData } from '../watch-contract.ts' */
import { alarmTile } from './alarm-states.js';
import { h, replaceKeepingFocus } from './dom.js';
import { logRows } from './log-table.js';
import { metricView } from './metric-widget.js';
import { codeElement, prose } from './prose.js';

/**
 * What stands in a widget below its title: drawn once, and given new data as it comes.
 * @typedef {{
 *   update: (data: WidgetData, all: DashboardData) => void,
 *   redraw?: () => void,
 *   destroy?: () => void,
 *   body: readonly Node[],
 * }} View
 */

/** @param {Widget} widget @param {(href: string) => string | undefined} link @returns {View} */
export function viewOf(widget, link) {
  switch (widget.kind) {
    case 'text':
      return { body: [h('div', { class: 'words' }, ...prose(widget.markdown, { link }))], update: () => {} };
    case 'alarms':
      return alarmsView(widget.alarms);
    case 'log':
      return logView(widget);
    case 'metric': {
      const view = metricView(widget);
      return {
        body: [view.element],
        update: (data, { nowSeconds, rangeSeconds }) => {
          const time = { fromSeconds: nowSeconds - rangeSeconds, toSeconds: nowSeconds };
          if (data.kind === 'metric') view.update(data, time);
        },
        redraw: view.redraw,
        destroy: view.destroy,
      };
    }
    case 'unread':
      return {
        body: [h('p', { class: 'unread-text' }, h('strong', {}, 'Not shown. '), widget.problem)],
        update: () => {},
      };
  }
}

/** @param {readonly string[]} names @returns {View} */
function alarmsView(names) {
  const [red, others] = [h('div', { class: 'tiles red' }), h('div', { class: 'tiles' })];
  let shown = '';
  return {
    body: [h('div', { class: 'alarms-of' }, red, others)],
    update(_, { alarms, nowSeconds }) {
      const mine = names.flatMap((name) => alarms.find(({ fullName }) => fullName === name) ?? []);
      const next = JSON.stringify([mine, Math.floor(nowSeconds / 60)]);
      if (next === shown) return;
      shown = next;
      // Each in the order of the dashboard: the first red one is where to begin.
      for (const [tiles, isMeant] of /** @type {const} */ ([
        [red, (/** @type {AlarmCard} */ { state }) => state === 'ALARM'],
        [others, (/** @type {AlarmCard} */ { state }) => state !== 'ALARM'],
      ])) {
        replaceKeepingFocus(
          tiles,
          mine.filter(isMeant).map((alarm) => alarmTile(alarm, nowSeconds)),
        );
      }
    },
  };
}

/** @param {Extract<Widget, { kind: 'log' }>} widget @returns {View} */
function logView({ title, query }) {
  const rows = logRows(title);
  // SOURCE stands in a line of its own, as the other commands do.
  const readable = query.replace(' | ', '\n| ');
  return {
    body: [rows.element, h('details', { class: 'query' }, h('summary', {}, 'The query'), codeElement(readable))],
    update(data) {
      if (data.kind === 'log' || data.kind === 'asking') rows.show(data);
    },
  };
}
