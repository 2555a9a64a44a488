import { pageAlarm } from './alarm-names.ts';
import type { Incident } from './incident.ts';
import type { Rehearsal } from './rehearsal.ts';

/** How a rehearsal differs from what its table says, in words. Nothing: it went as expected. */
export function judge(
  { pages, tickets }: Pick<Incident, 'pages' | 'tickets'>,
  rehearsal: Rehearsal,
): readonly string[] {
  const { red, redBefore, stillRed, rejected } = rehearsal;
  const expected = new Map([
    ...[...pages, ...tickets].map((alarm) => [alarm, minutesFor(alarm)] as const),
    ...minutesForPage(pages),
  ]);
  const problems: string[] = [];
  if (redBefore.length > 0) problems.push(`Before anything was broken, ${list(redBefore)} stood red: expected none`);
  for (const [alarm, limit] of expected) {
    const minutes = red.get(alarm);
    if (minutes === undefined) problems.push(`${alarm} did not turn red: expected within ${limit} minutes`);
    else if (minutes > limit) problems.push(`${alarm} turned red after ${minutes} minutes: expected within ${limit}`);
  }
  for (const [alarm, minutes] of red) {
    if (!expected.has(alarm))
      problems.push(`${alarm} turned red after ${minutes} minutes: expected ${wanted(expected)}`);
  }
  if (stillRed.length > 0) problems.push(`${list(stillRed)} stayed red: expected all to be OK again`);
  for (const { group, because } of rejected.slice(0, 3))
    problems.push(`CloudWatch rejects a line of ${group}: ${because}`);
  return problems;
}

function wanted(expected: ReadonlyMap<string, number>): string {
  const others = [...expected.keys()].filter((alarm) => alarm !== pageAlarm);
  return others.length === 0 ? 'no alarm' : `${list(others)} alone`;
}

function list(alarms: readonly string[]): string {
  return alarms.join(', ');
}

/** Five minutes, and three until CloudFront's metrics are there. */
const pageMinutes = 8;

/** What takes another time: the canary two walks of three, a ticket its own window and until its metrics are there. */
const others: Readonly<Record<string, number>> = {
  'canary-failing': 16,
  // Six minutes without one redirect.
  'routing-rules-lost': 9,
  // Their windows are longer than that, and full of faults at once where every call fails.
  'error-budget-burn-slow': 15,
  'error-budget-burn-creeping': 15,
  'loop-suspects': 10,
  'missing-originals': 18,
  'lost-redirects': 32,
  'hit-rate': 30,
};

export function minutesFor(alarm: string): number {
  return others[alarm] ?? pageMinutes;
}

/** The one that joins the pages is red with the first of them. */
function minutesForPage(pages: readonly string[]): readonly [alarm: string, minutes: number][] {
  return pages.length === 0 ? [] : [[pageAlarm, Math.min(...pages.map(minutesFor))]];
}
