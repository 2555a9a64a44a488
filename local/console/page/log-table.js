/** @import { LogAnswer, LogRows } from '../watch-contract.ts' */
import { h } from './dom.js';
import { clockTimeWithSeconds, measure } from './measures.js';

/**
 * A place for rows that changes only when they do, so that whoever has scrolled stays there.
 * @param {string} label
 */
export function logRows(label) {
  const element = h('div', { class: 'rows' }, h('p', { class: 'none' }, 'Reading the log …'));
  let shown = '';
  return {
    element,
    /** @param {LogAnswer} answer */
    show(answer) {
      const next = JSON.stringify(answer);
      if (answer.kind === 'asking' || next === shown) return;
      shown = next;
      element.replaceChildren(
        answer.kind === 'log' ? logTable(answer, label) : h('p', { class: 'problem-text' }, answer.problem),
      );
    },
  };
}

/** @param {LogRows} rows @param {string} label */
function logTable({ columns, rows }, label) {
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
