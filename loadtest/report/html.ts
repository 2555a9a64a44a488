import { totalOf } from '../run/cost.ts';
import { dollars, milliseconds } from './format.ts';
import { changeText, hitsText, shortHits, sweptText } from './markdown.ts';
import type { Report } from './report.ts';
import { type Row, type ScenarioReport, wholeViews } from './scenario-report.ts';
import { style } from './style.ts';

/** One file that needs nothing beside it: it can be mailed, attached and opened years later. */
export function toHtml(report: Report): string {
  const { verdict, runId, target, host, workload, started, machine } = report;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeText(verdict.word)} · load test ${escapeText(runId)}</title>
<style>${style}</style>
</head>
<body>
<header class="${verdict.word.toLowerCase()}">
<h1>${escapeText(verdict.line)}</h1>
<p>Load test <code>${escapeText(runId)}</code> of <b>${escapeText(target)}</b> (${escapeText(host)}), workload ${escapeText(workload)},
started ${escapeText(started)}.<br>Client: ${escapeText(machine)}.</p>
</header>
<main>
${overview(report)}
${findings(report)}
${report.scenarios.map(scenario).join('\n')}
${comparison(report)}
${cost(report)}
<p>${escapeText(sweptText(report).replaceAll('**', ''))}</p>
</main>
</body>
</html>
`;
}

export function escapeText(text: string): string {
  const marks: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (mark) => marks[mark] ?? mark);
}

function overview({ scenarios }: Report): string {
  const rows = scenarios.flatMap((one) =>
    wholeViews(one).map((row, at) => {
      const hits = at === 0 && one.hits ? shortHits(one.hits) : '';
      const times = [row.p50, row.p95, row.p99].map((value) => `<td>${milliseconds(value)}</td>`).join('');
      return `<tr><th>${escapeText(`${one.name}: ${row.name}`)}</th><td>${row.count}</td>${times}<td>${hits}</td></tr>`;
    }),
  );
  return `<section><table><thead><tr><th></th><th>count</th><th>p50</th><th>p95</th><th>p99</th><th>edge hits (predicted)</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table></section>`;
}

function findings({ findings: list }: Report): string {
  if (list.length === 0) return '';
  const items = list.map(({ level, scenario: name, code, says, examples = [] }) => {
    const seen = examples.map((example) => `<li><code>${escapeText(example)}</code></li>`).join('');
    return `<li><b class="${level}">${level}</b> <code>${escapeText(code)}</code> in ${escapeText(name)}: ${escapeText(says)}${
      seen ? `<ul>${seen}</ul>` : ''
    }</li>`;
  });
  return `<section><h2>What was found</h2><ul class="findings">${items.join('\n')}</ul></section>`;
}

function scenario(report: ScenarioReport): string {
  const { name, says, planned, views, seconds, rows, hits, notes } = report;
  return `<section>
<h2>${escapeText(name)} <small>${escapeText(says)}</small></h2>
<p>${views} of ${planned} planned views in ${seconds.toFixed(1)} s, pre-warming and start of k6 included.${
    hits ? ` ${escapeText(hitsText(hits))}` : ''
  }</p>
<table class="latencies">
<thead><tr><th></th><th>count</th><th>p50</th><th>p95</th><th>p99</th><th>p50 · p95 · p99</th></tr></thead>
<tbody>${rows.map((row) => latency(row, longest(rows))).join('\n')}</tbody>
</table>
${notes.length > 0 ? `<ul>${notes.map((note) => `<li>${escapeText(note)}</li>`).join('')}</ul>` : ''}
</section>`;
}

const longest = (rows: readonly Row[]) => Math.max(1, ...rows.map(({ p99 }) => p99));

/** A bar to the p95 with a mark at the p50 and a line on to the p99, all rows of a scenario on one scale. */
function latency({ name, count, p50, p95, p99 }: Row, most: number): string {
  const at = (value: number) => ((100 * value) / most).toFixed(2);
  return `<tr><th>${escapeText(name)}</th><td>${count}</td>${[p50, p95, p99]
    .map((value) => `<td>${milliseconds(value)}</td>`)
    .join(
      '',
    )}<td class="bar"><svg viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="p50 ${milliseconds(
    p50,
  )}, p95 ${milliseconds(p95)}, p99 ${milliseconds(p99)}"><line x1="0" x2="${at(p99)}" y1="5" y2="5"/><rect width="${at(
    p95,
  )}" y="2" height="6"/><rect class="median" x="${at(Math.max(0, p50 - most / 200))}" width="1" y="0" height="10"/></svg></td></tr>`;
}

function comparison({ comparison: { kept, rows } }: Report): string {
  if (kept.length === 0) {
    return '<section><h2>Against the kept baseline</h2><p>None is kept for this target, workload and machine: <code>make load KEEP=1</code> keeps this run.</p></section>';
  }
  const lines = rows.map(
    (row) =>
      `<tr${row.isSlower ? ' class="slower"' : ''}><th>${escapeText(`${row.scenario}: ${row.name}`)}</th><td>${milliseconds(
        row.before,
      )}</td><td>${milliseconds(row.now)}</td><td>${changeText(row.before, row.now)}</td><td>${
        row.isSlower ? 'slower' : ''
      }</td></tr>`,
  );
  return `<section><h2>Against the kept baseline</h2><p>Median p95 of ${kept.length} kept runs (${escapeText(kept.join(', '))}).</p>
<table><thead><tr><th></th><th>before</th><th>now</th><th>change</th><th></th></tr></thead><tbody>${lines.join('\n')}</tbody></table></section>`;
}

function cost({ cost: { dated, lines } }: Report): string {
  const row = (what: string, estimated: number, actual: number) =>
    `<tr><th>${escapeText(what)}</th><td>${dollars(estimated)}</td><td>${dollars(actual)}</td></tr>`;
  const sum = (of: 'estimated' | 'actual') => totalOf(lines.map((line) => ({ what: line.what, dollars: line[of] })));
  return `<section><h2>Cost, as on AWS</h2>
<table><thead><tr><th></th><th>estimated before</th><th>by what took place</th></tr></thead>
<tbody>${lines.map(({ what, estimated, actual }) => row(what, estimated, actual)).join('\n')}</tbody>
<tfoot>${row('in all', sum('estimated'), sum('actual'))}</tfoot></table>
<p>List prices of ${escapeText(dated)}, without logs, metrics and free tiers.</p></section>`;
}
