/** @import { Reading } from './prose.js' */
import { h } from './dom.js';
import { logTable } from './log-table.js';
import { codeElement, prose } from './prose.js';
import { getRows, getRunbook } from './server.js';

/** Its queries run on the logs of this chain, and show what they find. @param {string} name @param {Reading} reading */
export async function runbookView(name, reading) {
  const { markdown } = await getRunbook(name);
  /** @type {{ log: string, query: string, rows: HTMLElement, shown: string }[]} */
  const queries = [];
  /** @param {{ language: string, text: string }} block */
  function code({ language, text }) {
    const [, log] = /^insights (\w+)$/.exec(language) ?? [];
    if (log === undefined) return undefined;
    const rows = h('div', { class: 'rows' });
    queries.push({ log, query: text, rows, shown: '' });
    return h(
      'figure',
      { class: 'query-result' },
      h('figcaption', {}, 'What this chain’s ', h('code', {}, log), ' log says now'),
      rows,
      h('details', { class: 'query' }, h('summary', {}, 'The query'), codeElement(text)),
    );
  }
  const element = h(
    'article',
    { class: 'prose', 'aria-label': `Runbook ${name}` },
    ...prose(markdown, { ...reading, code }),
  );
  return {
    element,
    async refresh() {
      for (const query of queries) {
        const found = await getRows(query.log, query.query);
        const next = JSON.stringify(found);
        if (next !== query.shown) query.rows.replaceChildren(logTable(found, `Rows of the ${query.log} log`));
        query.shown = next;
      }
    },
  };
}
