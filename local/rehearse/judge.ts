import { markdownTable } from 'markdown-table';
import type { Incident } from './incidents.ts';
import type { Rehearsal } from './rehearsal.ts';
import { pageAlarm } from './rig.ts';

export interface Problem {
  readonly code:
    | 'red before'
    | 'not red'
    | 'late'
    | 'not expected'
    | 'still red'
    | 'rejected metrics'
    | 'out of range'
    | 'no panels';
  /** The alarm, the log group of a rejected line, or the panel. */
  readonly subject: string;
  readonly text: string;
}

/** Returns how a rehearsal differs from what its incident expects. */
export function judge(
  { pages, tickets }: Pick<Incident, 'pages' | 'tickets'>,
  { red, redBefore, stillRed, rejected, panels }: Rehearsal,
): readonly Problem[] {
  const limits = new Map([...pages, ...tickets].map((alarm) => [alarm, minutesFor(alarm)]));
  // The composite turns red with the first page.
  if (pages.length > 0) limits.set(pageAlarm, Math.min(...pages.map(minutesFor)));
  const problems: Problem[] = [];
  const add = (code: Problem['code'], subject: string, text: string) =>
    problems.push({ code, subject, text: `${subject} ${text}` });

  for (const alarm of redBefore) add('red before', alarm, 'was red before the fault');
  for (const [alarm, limit] of limits) {
    const minutes = red.get(alarm);
    if (minutes === undefined) add('not red', alarm, `did not turn red: expected within ${limit} minutes`);
    else if (minutes > limit) add('late', alarm, `turned red after ${minutes} minutes: expected within ${limit}`);
  }
  for (const [alarm, minutes] of red) {
    if (!limits.has(alarm)) add('not expected', alarm, `turned red after ${minutes} minutes: expected not at all`);
  }
  for (const alarm of stillRed) add('still red', alarm, 'is still red after the repair');
  for (const { group, because } of rejected.slice(0, 3)) {
    add('rejected metrics', group, `has a metric line that CloudWatch rejects: ${because}`);
  }
  for (const line of panels.outOfRange) add('out of range', line, 'which cannot be');
  if (panels.shown === 0) add('no panels', 'the dashboards', 'have shown nothing');
  return problems;
}

/** Five minutes, and three until CloudFront's metrics arrive. */
const pageMinutes = 8;

/** Alarms with another limit: the canary needs two runs of three, a ticket its window and its metrics. */
const otherMinutes: Readonly<Record<string, number>> = {
  'canary-failing': 16,
  // Six minutes without a redirect.
  'edge-forbidden': 9,
  'routing-rules-lost': 9,
  // Their windows are longer, but full of errors at once when every call fails.
  'error-budget-burn-slow': 15,
  'error-budget-burn-creeping': 15,
  // Five minutes until a message is so old, and its window.
  'purge-stuck': 13,
  'loop-suspects': 10,
  'missing-originals': 18,
  'lost-redirects': 32,
  'hit-rate': 30,
};

export function minutesFor(alarm: string): number {
  return otherMinutes[alarm] ?? pageMinutes;
}

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
