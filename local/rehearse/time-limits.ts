import { pageAlarm } from './alarm-names.ts';

/** Five minutes, and three until CloudFront's metrics are there. */
const pageMinutes = 8;

/** What takes another time: the walker two walks of three, a ticket its own window and until its metrics are there. */
const others: Readonly<Record<string, number>> = {
  'walk-failing': 16,
  // Six minutes without one redirect.
  'routing-rules-lost': 9,
  // Their windows are longer than that, and full of faults at once where every call fails.
  'fault-burn-slow': 15,
  'fault-burn-creeping': 15,
  'loop-suspects': 10,
  'missing-originals': 18,
  'ghost-redirects': 32,
  'hit-rate': 30,
};

export function minutesFor(alarm: string): number {
  return others[alarm] ?? pageMinutes;
}

/** The one that joins the pages is red with the first of them. */
export function minutesForPage(pages: readonly string[]): readonly [alarm: string, minutes: number][] {
  return pages.length === 0 ? [] : [[pageAlarm, Math.min(...pages.map(minutesFor))]];
}
