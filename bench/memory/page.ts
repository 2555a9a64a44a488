/** The report as one page that needs nothing beside it: it can be mailed, printed, and opened years later. Pure. */

import { costAndSpeedImage, escapeText } from './chart.ts';
import type { BenchResult, Conclusion } from './conclude.ts';
import { assumptions, howSure, provenance, reasons, verdict } from './sentences.ts';
import { caseCells, caseHead, memoryCells, memoryHead, quotaCells, quotaHead } from './terminal.ts';

const style = `
:root { color-scheme: light dark; --ink: #1d2433; --paper: #fff; --faint: #eef1f6; --line: #d5dbe6; --pick: #dcfce7; --bad: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e8f0; --paper: #151922; --faint: #1f2530; --line: #343c4b; --pick: #14532d; --bad: #ff7b72; }
}
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
main { margin: 0 auto; max-width: 78rem; padding: 1.5rem; }
h1 { font-size: 1.35rem; margin: 0 0 .5rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .4rem; border-bottom: 1px solid var(--line); padding-bottom: .2rem; }
.wide { overflow-x: auto; margin: 1rem 0; }
.wide svg { width: 100%; min-width: 44rem; height: auto; display: block; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem .6rem; text-align: right; border-bottom: 1px solid var(--faint); font-weight: normal; white-space: nowrap; }
th.words, td.words { text-align: left; white-space: normal; min-width: 11rem; }
@media screen and (max-width: 60rem) { td.words { white-space: nowrap; } }
thead th { font-size: .9em; vertical-align: bottom; white-space: normal; border-bottom-color: var(--line); }
tr.pick td { background: var(--pick); font-weight: 600; } tr.lost td.words { color: var(--bad); }
ul { padding-left: 1.1rem; } li { margin: .25rem 0; overflow-wrap: anywhere; }
@page { size: A4 landscape; margin: 12mm; }
@media print {
  :root { --ink: #000; --paper: #fff; }
  body { font-size: 11px; } main { max-width: none; padding: 0; }
  section { break-inside: avoid; } h2 { margin-top: 1rem; }
  .wide { overflow: visible; } .wide svg { min-width: 0; max-height: 118mm; }
  th, td { padding: .1rem .45rem; }
}
`;

export function reportPage(result: BenchResult, conclusion: Conclusion): string {
  const { rows, otherRows, picks } = conclusion;
  const memory = rows.map((row, index) => ({
    cells: memoryCells(row, otherRows[index], conclusion),
    className: row.memoryMegabytes === picks.cheapest ? 'pick' : row.faults.length > 0 ? 'lost' : '',
  }));
  const plain = (cells: readonly (readonly string[])[]) => cells.map((row) => ({ cells: row, className: '' }));
  const quota = quotaCells(result);
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeText(verdict(result, conclusion))}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escapeText(verdict(result, conclusion))}</h1>
${list(reasons(result, conclusion))}
<div class="wide" tabindex="0">${costAndSpeedImage(result, conclusion)}</div>
<section>
<h2>Each memory size</h2>
<p>Milliseconds from the event to the reply, S3 included, over all cases by their weight, warm unless it says otherwise. Memory: what
the mix needed at most, Lambda’s runtime included, and what stays free.</p>
${table(memoryHead(result, conclusion), memory)}
</section>
<section>
<h2>What was measured</h2>
<p>CPU time of one call of the built Lambda; the first call with the start of its process. S3 is not measured: its time on top is assumed.</p>
${table(caseHead, plain(caseCells(result, conclusion)))}
</section>
${quota.length === 0 ? '' : `<section>\n<h2>Model and quota</h2>\n${table(quotaHead, plain(quota))}\n</section>`}
<section>
<h2>How sure this is</h2>
${list([...howSure(result, conclusion), ...assumptions(result, conclusion), provenance(result)])}
</section>
</main>
</body>
</html>
`;
}

function list(sentences: readonly string[]): string {
  return `<ul>${sentences.map((sentence) => `<li>${escapeText(sentence)}</li>`).join('\n')}</ul>`;
}

interface Row {
  readonly cells: readonly string[];
  readonly className: string;
}

function table(head: readonly string[], rows: readonly Row[]): string {
  const isWords = (column: number) => head[column] === 'case' || head[column] === '';
  const cell = (tag: 'th' | 'td', text: string, column: number) =>
    `<${tag}${isWords(column) ? ' class="words"' : ''}>${escapeText(text)}</${tag}>`;
  const lines = rows.map(
    ({ cells, className }) =>
      `<tr${className && ` class="${className}"`}>${cells.map((text, column) => cell('td', text, column)).join('')}</tr>`,
  );
  return `<div class="wide" tabindex="0"><table><thead><tr>${head.map((text, column) => cell(text ? 'th' : 'td', text, column)).join('')}</tr></thead>
<tbody>${lines.join('\n')}</tbody></table></div>`;
}
