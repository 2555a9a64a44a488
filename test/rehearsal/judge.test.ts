import { describe, expect, it } from 'vitest';
import { judge } from '../../local/rehearse/judge.ts';
import type { Rehearsal } from '../../local/rehearse/rehearsal.ts';

const incident = { pages: ['edge-forbidden', 'canary-failing'], tickets: ['hit-rate'] };
const good: Rehearsal = {
  red: new Map([
    ['edge-forbidden', 6],
    ['service-unhealthy', 6],
    ['canary-failing', 11],
    ['hit-rate', 29],
  ]),
  redBefore: [],
  ok: new Map([['service-unhealthy', 9]]),
  stillRed: [],
  rejected: [],
  panels: { shown: 20, all: 21, outOfRange: [] },
};
const withRed = (alarm: string, minutes: number): Rehearsal => ({
  ...good,
  red: new Map([...good.red, [alarm, minutes]]),
});
const withoutRed = (alarm: string): Rehearsal => ({
  ...good,
  red: new Map([...good.red].filter(([name]) => name !== alarm)),
});
const rejectedLine = { group: 'resize', because: 'not JSON', message: '{', atMilliseconds: 0 };

describe('judge()', () => {
  it('finds no problem when all went as expected', () => expect(judge(incident, good)).toEqual([]));

  it.each<[Rehearsal, string, string]>([
    [withoutRed('hit-rate'), 'not red', 'hit-rate'],
    [withoutRed('service-unhealthy'), 'not red', 'service-unhealthy'],
    [withRed('edge-forbidden', 30), 'late', 'edge-forbidden'],
    [withRed('redirect-loop', 3), 'not expected', 'redirect-loop'],
    [{ ...good, stillRed: ['hit-rate'] }, 'still red', 'hit-rate'],
    [{ ...good, redBefore: ['hit-rate'] }, 'red before', 'hit-rate'],
    [{ ...good, rejected: [rejectedLine] }, 'rejected metrics', 'resize'],
    [
      { ...good, panels: { ...good.panels, outOfRange: ['Images: images is -276'] } },
      'out of range',
      'Images: images is -276',
    ],
    [{ ...good, panels: { ...good.panels, shown: 0 } }, 'no panels', 'the dashboards'],
  ])('finds a problem: %#', (rehearsal, code, subject) => {
    expect(judge(incident, rehearsal).map((problem) => [problem.code, problem.subject])).toEqual([[code, subject]]);
  });

  it('expects no alarm at all without an incident', () => {
    const none = { pages: [], tickets: [] };
    expect(judge(none, { ...good, red: new Map() })).toEqual([]);
    expect(judge(none, good).map(({ code }) => code)).toEqual(Array(4).fill('not expected'));
  });
});
