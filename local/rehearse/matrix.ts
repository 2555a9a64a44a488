import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pageAlarm } from './alarm-names.ts';
import type { Incident } from './incident.ts';
import type { Rehearsal } from './rehearsal.ts';

export interface Played {
  readonly name: string;
  readonly incident: Incident;
  readonly rehearsal: Rehearsal;
}

const heads = ['incident', 'what is broken', 'pages', 'tickets', 'no page', 'all OK'];

/** Faults and the alarms that they set off, as a table in Markdown, with the minutes to red and, healed, to OK again. */
export function matrix(played: readonly Played[]): string {
  return [heads, heads.map(() => '---'), ...played.map(row)].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function row({ name, incident, rehearsal: { red, ok } }: Played): readonly string[] {
  const cell = (alarms: readonly string[]) =>
    [...red].flatMap(([alarm, minutes]) => (alarms.includes(alarm) ? `${linkTo(alarm)} ${minutes}` : [])).join('<br>');
  const okAfter = (alarms: readonly string[]) =>
    alarms.length === 0 ? '' : String(Math.max(...alarms.map((alarm) => ok.get(alarm) ?? Number.POSITIVE_INFINITY)));
  return [
    `\`${name}\``,
    `**${incident.title}.** ${incident.says}`,
    cell(incident.pages) || 'none',
    cell(incident.tickets) || 'none',
    okAfter(red.has(pageAlarm) ? [pageAlarm] : []),
    okAfter([...red.keys()]),
  ];
}

function linkTo(alarm: string): string {
  return `[${alarm}](runbooks/${alarm}.md)`;
}

export const docsPage = 'docs/alarms.md';
const path = join(import.meta.dirname, '../..', docsPage);
const place = /(<!-- rehearsal[^>]*-->\n)[\s\S]*?(\n<!-- end of rehearsal -->)/;

/** The table as the page has it. */
export function writtenMatrix(): string {
  const page = readFileSync(path, 'utf8');
  const [whole = '', begin = '', end = ''] = place.exec(page) ?? [];
  if (whole === '')
    throw new Error(`${docsPage} has no place for the table: expected <!-- rehearsal … --> and its end`);
  return whole.slice(begin.length, -end.length).trim();
}

export function isWritten(table: string): boolean {
  return writtenMatrix() === table;
}

export function writeMatrix(table: string): void {
  writtenMatrix();
  const page = readFileSync(path, 'utf8');
  writeFileSync(
    path,
    page.replace(place, (_, begin: string, end: string) => `${begin}\n${table}\n${end}`),
  );
}
