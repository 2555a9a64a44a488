/** @import { Place } from './places.js' */
/** @import { Reading } from './prose.js' */
/** @import { Shown } from './watch.js' */
import { alarmCard } from './alarm-card.js';
import { h } from './dom.js';
import { linkTo } from './places.js';
import { runbookView } from './runbook.js';
import { getAlarm } from './server.js';

/**
 * An alarm with its runbook beside it, or a runbook alone.
 * @param {Extract<Place, { page: 'alarms' | 'runbooks' | 'dashboards' }>} place
 * @param {Reading} reading
 * @param {string} dashboard the way back
 * @returns {Promise<Shown>}
 */
export async function alarmPage({ page, name }, reading, dashboard) {
  const alarm = page === 'alarms' ? await getAlarm(name) : undefined;
  const runbook = page === 'runbooks' ? name : alarm?.runbook;
  const text = runbook === undefined ? undefined : await runbookView(runbook, reading);
  const view = alarm && alarmCard(alarm);
  return {
    element: h(
      'div',
      { class: alarm ? 'reading beside' : 'reading' },
      h('p', { class: 'back' }, h('a', { href: linkTo('dashboards', dashboard) }, '← Back to the dashboard')),
      view?.element,
      text?.element,
    ),
    title: alarm ? `Alarm ${name}` : name,
    async refresh() {
      if (view) view.update(await getAlarm(name));
      return text?.refresh();
    },
    redraw: () => view?.redraw(),
    destroy: () => view?.destroy(),
  };
}
