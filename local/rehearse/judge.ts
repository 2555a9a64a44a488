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
  'loop-suspects': 10,
  'missing-originals': 18,
  'lost-redirects': 32,
  'hit-rate': 30,
};

export function minutesFor(alarm: string): number {
  return otherMinutes[alarm] ?? pageMinutes;
}
