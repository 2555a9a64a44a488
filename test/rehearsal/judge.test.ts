/** A rehearsal that did not go as its table says is told so in words. */
import { describe, expect, it } from 'vitest';
import { judge } from '../../local/rehearse/judge.ts';
import type { Rehearsal } from '../../local/rehearse/rehearsal.ts';

const table = { pages: ['edge-forbidden', 'canary-failing'], tickets: ['hit-rate'] };
const well: Rehearsal = {
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
};
const withRed = (...rows: readonly (readonly [string, number])[]): Rehearsal => ({
  ...well,
  red: new Map([...well.red, ...rows]),
});
const withoutRed = (alarm: string): Rehearsal => ({
  ...well,
  red: new Map([...well.red].filter(([name]) => name !== alarm)),
});

describe('the judgement on a rehearsal', () => {
  it('is nothing when all went as expected', () => {
    expect(judge(table, well)).toEqual([]);
  });

  it.each<[string, Rehearsal, string]>([
    ['an alarm is missing', withoutRed('hit-rate'), 'hit-rate did not turn red: expected within 30 minutes'],
    [
      'nobody was told',
      withoutRed('service-unhealthy'),
      'service-unhealthy did not turn red: expected within 8 minutes',
    ],
    ['a page is late', withRed(['edge-forbidden', 9]), 'edge-forbidden turned red after 9 minutes: expected within 8'],
    [
      'another page wakes somebody',
      withRed(['redirect-loop', 3]),
      'redirect-loop turned red after 3 minutes: expected edge-forbidden, canary-failing, hit-rate alone',
    ],
    ['an alarm stays red', { ...well, stillRed: ['hit-rate'] }, 'hit-rate stayed red: expected all to be OK again'],
    [
      'an alarm was red before',
      { ...well, redBefore: ['hit-rate'] },
      'Before anything was broken, hit-rate stood red: expected none',
    ],
    [
      'metrics are rejected',
      { ...well, rejected: [{ group: 'resize', because: 'it is no JSON', message: '{', atMilliseconds: 0 }] },
      'CloudWatch rejects a line of resize: it is no JSON',
    ],
  ])('says so when %s', (_, rehearsal, problem) => {
    expect(judge(table, rehearsal)).toEqual([problem]);
  });

  it('lets a day without incident have no alarm at all', () => {
    const quiet = { ...well, red: new Map() };
    expect(judge({ pages: [], tickets: [] }, quiet)).toEqual([]);
    expect(judge({ pages: [], tickets: [] }, well)).toContain(
      'hit-rate turned red after 29 minutes: expected no alarm',
    );
  });
});
