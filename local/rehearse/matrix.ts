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
