import { markdownTable } from 'markdown-table';
import type { Incident } from './incidents.ts';
import type { Rehearsal } from './rehearsal.ts';
import { pageAlarm } from './rig.ts';

export interface Played {
  readonly name: string;
  readonly incident: Incident;
  readonly rehearsal: Rehearsal;
}

/** Where the matrix stands in the docs. */
export const docsPage = 'docs/alarms.md';
export const partName = 'rehearsal';

/**
 * A Markdown table of the incidents and their alarms, with the minutes to red and, after the repair, to OK. The alarm that
 * names the cause is bold.
 */
export function matrix(played: readonly Played[]): string {
  const head = ['incident', 'fault', 'pages', 'tickets', 'no page', 'all OK', 'panels in range'];
  return markdownTable([head, ...played.map(row)], { alignDelimiters: false });
}

function row({ name, incident, rehearsal: { red, ok, panels } }: Played): string[] {
  const { title, description, pages, tickets, cause } = incident;
  const cell = (alarms: readonly string[]) => {
    const links = [...red].flatMap(([alarm, minutes]) =>
      alarms.includes(alarm) ? linked(alarm, alarm === cause, minutes) : [],
    );
    return links.join('<br>') || 'none';
  };
  const okAfter = (alarms: readonly string[]) =>
    alarms.length === 0 ? '' : String(Math.max(...alarms.map((alarm) => ok.get(alarm) ?? Number.POSITIVE_INFINITY)));
  return [
    `\`${name}\``,
    `**${title}.** ${description}`,
    cell(pages),
    cell(tickets),
    okAfter(red.has(pageAlarm) ? [pageAlarm] : []),
    okAfter([...red.keys()]),
    `${panels.shown - panels.outOfRange.length} of ${panels.shown}`,
  ];
}

function linked(alarm: string, isCause: boolean, minutes: number): string {
  const link = `[${alarm}](runbooks/${alarm}.md)`;
  return `${isCause ? `**${link}**` : link} ${minutes}`;
}
