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

/** A Markdown table of the incidents and their alarms, with the minutes to red and, after the repair, to OK. */
export function matrix(played: readonly Played[]): string {
  const head = ['incident', 'fault', 'pages', 'tickets', 'no page', 'all OK'];
  return markdownTable([head, ...played.map(row)], { alignDelimiters: false });
}

function row({ name, incident: { title, description, pages, tickets }, rehearsal: { red, ok } }: Played): string[] {
  const cell = (alarms: readonly string[]) => {
    const links = [...red].flatMap(([alarm, minutes]) =>
      alarms.includes(alarm) ? `[${alarm}](runbooks/${alarm}.md) ${minutes}` : [],
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
  ];
}
