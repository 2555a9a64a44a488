/** @import { LogRows } from '../contract.ts' */
import { h } from './dom.js';
import { clockTimeWithSeconds, measure } from './measures.js';

/** @param {LogRows} rows @param {string} label */
export function logTable({ columns, rows }, label) {
  if (rows.length === 0) return h('p', { class: 'none' }, 'No rows in this time.');
  const isLong = columns.map((_, at) => rows.some((row) => String(row[at] ?? '').length > 20));
  const isNumber = columns.map(({ isTime }, at) => !isTime && rows.every((row) => typeof row[at] !== 'string'));
  return h(
    'div',
    { class: 'scrolls', tabindex: 0, role: 'group', 'aria-label': label },
    h(
      'table',
      {},
      h(
        'thead',
        {},
        h('tr', {}, ...columns.map(({ name }, at) => h('th', { scope: 'col', class: isNumber[at] && 'number' }, name))),
      ),
      h(
        'tbody',
        {},
        ...rows.map((row) =>
          h(
            'tr',
            {},
            ...columns.map(({ isTime }, at) => {
              const cell = row[at];
              if (typeof cell !== 'number') return h('td', { class: isLong[at] ? 'long' : 'short' }, cell ?? '–');
              return isTime
                ? h('td', { class: 'time' }, clockTimeWithSeconds(cell / 1000))
                : h('td', { class: 'number' }, measure(cell));
            }),
          ),
        ),
      ),
    ),
  );
}
