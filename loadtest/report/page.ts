/** The report as a page: one list of blocks, written as Markdown and as HTML. */
import { markdownTable } from 'markdown-table';
import type { Report } from './report.ts';
import { dollars, milliseconds } from './summary.ts';

/** Text has the inline marks of Markdown: `code`, **bold** and [links](address). */
type Block =
  | { readonly heading: string; readonly level: 1 | 2 }
  | { readonly text: string }
  | { readonly list: readonly string[] }
  | { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[]; readonly left: number };

function blocksOf(report: Report): Block[] {
  const { verdict, runId, target, host, workload, started, machine, scenarios } = report;
  const links = scenarios.map(({ name }) => `[${name}](${name}/dashboard.html)`).join(', ');
  return [
    { heading: verdict.line, level: 1 },
    { text: `Load test \`${runId}\` of **${target}** (${host}), workload ${workload}, started ${started}.` },
    { text: `Client: ${machine}. k6's own reports: ${links}.` },
    checks(report),
    ...findings(report),
    ...latencies(report),
    { heading: 'Notes', level: 2 },
    { list: [...report.notes, sweptText(report)] },
    ...cost(report),
  ];
}

function checks({ checks }: Report): Block {
  return {
    head: ['check', 'limit', 'measured', 'verdict'],
    rows: checks.map(({ check, limit, measured, verdict }) => [check, limit, measured, verdict]),
    left: 1,
  };
}

function findings({ findings: list }: Report): Block[] {
  if (list.length === 0) return [];
  const items = list.flatMap(({ level, scenario, code, says, examples = [] }) => [
    `**${level}** \`${code}\` in ${scenario}: ${says}`,
    ...examples.map((example) => `e.g. \`${example.replaceAll('`', "'")}\``),
  ]);
  return [{ heading: 'Findings', level: 2 }, { list: items }];
}

function latencies({ latencies: rows, baseline }: Report): Block[] {
  const isCompared = baseline.length > 0;
  return [
    { heading: 'Latencies', level: 2 },
    {
      text: isCompared
        ? `Baseline: the median p95 of ${baseline.join(', ')}.`
        : 'There is no baseline for this target, workload and client: `make load KEEP=1` keeps this run as one.',
    },
    {
      head: ['scenario', '', 'count', 'p50', 'p95', 'p99', ...(isCompared ? ['baseline', 'change'] : [])],
      rows: rows.map(({ scenario, name, count, p50, p95, p99, before, isSlower }) => [
        scenario,
        name,
        count.toLocaleString('en-US'),
        ...[p50, p95, p99].map(milliseconds),
        ...(isCompared
          ? before === undefined
            ? ['', '']
            : [milliseconds(before), `${changeText(before, p95)}${isSlower ? ' slower' : ''}`]
          : []),
      ]),
      left: 2,
    },
  ];
}

export function changeText(before: number, now: number): string {
  const change = before === 0 ? 0 : Math.round((100 * (now - before)) / before);
  return `${change > 0 ? '+' : ''}${change} %`;
}

function sweptText({ swept }: Report): string {
  if ('error' in swept) return `**The sweep failed**: ${swept.error}`;
  return `Swept ${swept.originals} originals and ${swept.derivatives} derivatives; nothing is left.`;
}

function cost({ cost: { dated, lines } }: Report): Block[] {
  const total = (of: 'estimated' | 'actual') => dollars(lines.reduce((sum, line) => sum + line[of], 0));
  return [
    { heading: 'Cost on AWS', level: 2 },
    { text: `List prices of ${dated}, without logs, metrics and free tiers.` },
    {
      head: ['', 'estimated', 'actual'],
      rows: [
        ...lines.map(({ what, estimated, actual }) => [what, dollars(estimated), dollars(actual)]),
        ['**total**', total('estimated'), total('actual')],
      ],
      left: 1,
    },
  ];
}

export function toMarkdown(report: Report): string {
  const write = (block: Block): string => {
    if ('heading' in block) return `${'#'.repeat(block.level)} ${block.heading}`;
    if ('text' in block) return block.text;
    if ('list' in block)
      return block.list.map((item) => (item.startsWith('e.g. ') ? `  - ${item}` : `- ${item}`)).join('\n');
    const align = block.head.map((_, at) => (at < block.left ? 'l' : 'r'));
    return markdownTable(
      [block.head, ...block.rows].map((cells) => [...cells]),
      { align },
    );
  };
  return `${blocksOf(report).map(write).join('\n\n')}\n`;
}

/** One file without scripts; the only thing beside it that it names are k6's reports. */
export function toHtml(report: Report): string {
  const write = (block: Block): string => {
    if ('heading' in block) return `<h${block.level}>${inline(block.heading)}</h${block.level}>`;
    if ('text' in block) return `<p>${inline(block.text)}</p>`;
    if ('list' in block) return `<ul>${block.list.map((item) => `<li>${inline(item)}</li>`).join('\n')}</ul>`;
    const row = (cells: readonly string[], tag: 'th' | 'td') =>
      `<tr>${cells
        .map((cell, at) => `<${tag}${at < block.left ? ' class="left"' : ''}>${verdictMark(inline(cell))}</${tag}>`)
        .join('')}</tr>`;
    return `<table><thead>${row(block.head, 'th')}</thead>
<tbody>${block.rows.map((cells) => row(cells, 'td')).join('\n')}</tbody></table>`;
  };
  const { verdict, runId } = report;
  return `<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${verdict.word} · load test ${runId}</title>
<style>${style}</style>
<body class="${verdict.word}">
${blocksOf(report).map(write).join('\n')}
</body>
</html>
`;
}

function inline(text: string): string {
  const marks: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text
    .replace(/[&<>"]/g, (mark) => marks[mark] ?? mark)
    .replace(/`([^`]*)`/g, '<code>$1</code>')
    .replace(/\*\*([^*]*)\*\*/g, '<b>$1</b>')
    .replace(/\[([^\]]*)\]\(([\w./-]+)\)/g, '<a href="$2">$1</a>');
}

const verdictMark = (cell: string) => (/^[A-Z]{4,}$/.test(cell) ? `<b class="${cell}">${cell}</b>` : cell);

const style = `
:root { color-scheme: light dark; --line: light-dark(#d5dbe6, #343c4b); --soft: light-dark(#eef1f6, #1f2530);
  --PASS: light-dark(#1b7f4b, #4cc38a); --WARN: light-dark(#8a5e00, #e2a93b); --FAIL: light-dark(#b3261e, #ff7b72);
  --INVALID: light-dark(#7a4fb0, #b794e8); }
body { max-width: 64rem; margin: 0 auto; padding: 1.5rem; font: 15px/1.5 system-ui, sans-serif; border-top: .5rem solid; }
.PASS { border-color: var(--PASS); } .WARN { border-color: var(--WARN); } .FAIL { border-color: var(--FAIL); }
.INVALID { border-color: var(--INVALID); }
b.PASS { color: var(--PASS); } b.WARN { color: var(--WARN); } b.FAIL { color: var(--FAIL); } b.INVALID { color: var(--INVALID); }
h1 { font-size: 1.35rem; line-height: 1.35; } h2 { font-size: 1.1rem; margin: 2rem 0 .3rem; }
code { font: .88em ui-monospace, monospace; background: var(--soft); padding: .05em .3em; overflow-wrap: anywhere; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 1rem 0; }
th, td { padding: .2rem .8rem .2rem 0; text-align: right; border-bottom: 1px solid var(--line); }
th { font-size: .85rem; } .left { text-align: left; }
`;
