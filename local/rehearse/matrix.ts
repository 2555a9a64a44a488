import { pageAlarm } from './alarm-names.ts';
import type { Incident } from './incident.ts';
import type { Rehearsal } from './rehearsal.ts';

export interface Played {
  readonly name: string;
  readonly incident: Incident;
  readonly rehearsal: Rehearsal;
}

/** Faults and the alarms that they set off, as a table in Markdown. */
export function matrix(played: readonly Played[]): string {
  const head = [
    'incident',
    'what is broken',
    'pages, after minutes',
    'tickets, after minutes',
    'minutes from healing until no page, no alarm',
  ];
  return [head, head.map(() => '---'), ...played.map(row)].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function row({ name, incident, rehearsal }: Played): readonly string[] {
  const { red, ok } = rehearsal;
  const cell = (alarms: readonly string[]) =>
    [...red]
      .flatMap(([alarm, minutes]) => (alarms.includes(alarm) ? `${linkTo(alarm)} ${minutes}` : []))
      .join('<br>') || '-';
  const quiet = ok.get(pageAlarm);
  const calm = Math.max(0, ...ok.values());
  return [
    `\`${name}\``,
    `${incident.title}. ${incident.says}`,
    cell(incident.pages),
    cell(incident.tickets),
    red.size === 0 ? '-' : `${quiet ?? '-'}, ${calm}`,
  ];
}

function linkTo(alarm: string): string {
  return `[${alarm}](runbooks/${alarm}.md)`;
}
