/** @import { Reading } from './prose.js' */
import { h } from './dom.js';
import { logRows } from './log-table.js';
import { codeElement, prose } from './prose.js';
import { getRows, getRunbook } from './server.js';

/** Its queries run on the logs of this chain, and show what they find. @param {string} name @param {Reading} reading */
export async function runbookView(name, reading) {
  const { markdown } = await getRunbook(name);
  /** @type {{ log: string, query: string, rows: ReturnType<typeof logRows> }[]} */
  const queries = [];
  /** @param {{ language: string, text: string }} block */
  function code({ language, text }) {
    const [, log] = /^insights (\w+)$/.exec(language) ?? [];
    if (log === undefined) return undefined;
    const rows = logRows(`Rows of the ${log} log`);
    queries.push({ log, query: text, rows });
    return h(
      'figure',
      { class: 'query-result' },
      h('figcaption', {}, 'What this chain’s ', h('code', {}, log), ' log says now'),
      rows.element,
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
    /** Whether an answer is still to come. */
    async refresh() {
      const answers = await Promise.all(queries.map(({ log, query }) => getRows(log, query)));
      for (const [index, answer] of answers.entries()) queries[index]?.rows.show(answer);
      return answers.some(({ kind }) => kind === 'asking');
    },
  };
}
