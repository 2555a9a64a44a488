import { totalOf } from '../run/cost.ts';
import { dollars, milliseconds, percent } from './format.ts';
import type { Report } from './report.ts';
import { type ScenarioReport, wholeViews } from './scenario-report.ts';

/** The report to attach to a release: the verdict is its first line. */
export function toMarkdown(report: Report): string {
  return [
    `# ${report.verdict.line}`,
    '',
    `Load test \`${report.runId}\` of **${report.target}** (${report.host}), workload ${report.workload}, ` +
      `started ${report.started}. Client: ${report.machine}.`,
    ...overview(report),
    ...findings(report),
    ...report.scenarios.flatMap(scenario),
    ...comparison(report),
    ...cost(report),
    '',
    sweptText(report),
    '',
  ].join('\n');
}

function overview({ scenarios }: Report): string[] {
  const rows = scenarios.flatMap((one) =>
    wholeViews(one).map((row) => [
      `${one.name}: ${row.name}`,
      String(row.count),
      ...[row.p50, row.p95, row.p99].map(milliseconds),
      row === wholeViews(one)[0] && one.hits ? shortHits(one.hits) : '',
    ]),
  );
  return ['', ...table(['', 'count', 'p50', 'p95', 'p99', 'edge hits (predicted)'], rows)];
}

export function shortHits({ measured, predicted }: NonNullable<ScenarioReport['hits']>): string {
  return `${percent(measured)}${predicted === undefined ? '' : ` (${percent(predicted)})`}`;
}

function findings({ findings: list }: Report): string[] {
  if (list.length === 0) return [];
  return [
    '',
    '## What was found',
    '',
    ...list.flatMap(({ level, scenario: name, code, says, examples = [] }) => [
      `- **${level}** \`${code}\` in ${name}: ${says}`,
      ...examples.map((example) => `  - \`${example.replaceAll('`', "'")}\``),
    ]),
  ];
}

function scenario({ name, says, planned, views, seconds, rows, hits, notes }: ScenarioReport): string[] {
  return [
    '',
    `## ${name}: ${says}`,
    '',
    `${views} of ${planned} planned views in ${seconds.toFixed(1)} s, pre-warming and start of k6 included.`,
    ...(hits ? ['', hitsText(hits)] : []),
    '',
    ...table(
      ['', 'count', 'p50', 'p95', 'p99'],
      rows.map((row) => [row.name, String(row.count), ...[row.p50, row.p95, row.p99].map(milliseconds)]),
    ),
    ...(notes.length > 0 ? ['', ...notes.map((note) => `- ${note}`)] : []),
  ];
}

export function hitsText({ measured, of, predicted }: NonNullable<ScenarioReport['hits']>): string {
  const beside = predicted === undefined ? '' : `, ${percent(predicted)} predicted`;
  return `Edge hits: ${percent(measured)} of ${of} views${beside}.`;
}

function comparison({ comparison: { kept, rows } }: Report): string[] {
  const head = ['', '## Against the kept baseline', ''];
  if (kept.length === 0) {
    return [...head, 'None is kept for this target, workload and machine: `make load KEEP=1` keeps this run.'];
  }
  return [
    ...head,
    `Median p95 of ${kept.length} kept runs (${kept.join(', ')}).`,
    '',
    ...table(
      ['', 'before', 'now', 'change', ''],
      rows.map((row) => [
        `${row.scenario}: ${row.name}`,
        milliseconds(row.before),
        milliseconds(row.now),
        changeText(row.before, row.now),
        row.isSlower ? 'slower' : '',
      ]),
    ),
  ];
}

export function changeText(before: number, now: number): string {
  const change = before === 0 ? 0 : Math.round((100 * (now - before)) / before);
  return `${change > 0 ? '+' : ''}${change} %`;
}

function cost({ cost: { dated, lines } }: Report): string[] {
  const sum = (of: 'estimated' | 'actual') => totalOf(lines.map((line) => ({ what: line.what, dollars: line[of] })));
  return [
    '',
    '## Cost, as on AWS',
    '',
    ...table(
      ['', 'estimated before', 'by what took place'],
      [
        ...lines.map((line) => [line.what, dollars(line.estimated), dollars(line.actual)]),
        ['**in all**', dollars(sum('estimated')), dollars(sum('actual'))],
      ],
    ),
    '',
    `List prices of ${dated}, without logs, metrics and free tiers.`,
  ];
}

export function sweptText({ swept }: Report): string {
  if ('error' in swept) return `**The sweep failed**: ${swept.error}`;
  return `Swept ${swept.originals} originals and ${swept.derivatives} derivatives; nothing is left.`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, at) => (at === 0 ? '---' : '---:'))), ...rows.map(line)];
}
