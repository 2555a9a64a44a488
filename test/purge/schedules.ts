import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PurgingChain, startPurgingChain } from './purging-chain.ts';
import { runSchedule } from './random-schedule.ts';

/** Any interleaving ends with every answer made from the newest original, or 404 if it is deleted. `SEED` repeats one. */
export function testSchedules(count: number): void {
  let purging: PurgingChain;
  beforeAll(async () => {
    purging = await startPurgingChain();
  }, 180_000);
  afterAll(() => purging.stop());

  const first = Number(process.env.SEED ?? Date.now() % 1_000_000_000);
  const seeds = Array.from({ length: process.env.SEED === undefined ? count : 1 }, (_, at) => first + at);
  test(`${seeds.length} random schedules, seeds ${first} to ${first + seeds.length - 1}`, {
    timeout: 1_200_000,
  }, async () => {
    for (const seed of seeds) {
      const { faults, trace } = await runSchedule(seed, purging);
      expect(faults, `SEED=${seed}\n${trace.join('\n')}\n`).toEqual([]);
    }
  });
}
