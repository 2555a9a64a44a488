/** What a warm process of the built Lambda holds after a mixed load, against what check-config assumes. */
import { expect, test } from 'vitest';
import { prepareContenders } from '../../bench/handler/contenders.ts';
import { jobNames, jobs } from '../../bench/handler/jobs.ts';
import { makePhotos } from '../../bench/photos/make-photos.ts';
import { photoFile } from '../../bench/photos/photo-set.ts';
import { startRunFolder } from '../../bench/run/run-folder.ts';
import { seededRandom, shuffled } from '../../bench/statistics.ts';
import { restingProcessBytes } from '../../src/core/working-memory.ts';

test('a process rests within its allowance, and does not grow', { timeout: 300_000 }, async () => {
  const photos = [...new Set(jobNames.map((name) => jobs[name].photo))];
  await makePhotos(photos);
  const folder = startRunFolder('resting');
  try {
    const { service } = await prepareContenders(folder, photos.map(photoFile));
    const running = await service();
    const random = seededRandom(1);
    const resting: number[] = [];
    for (let turn = 0; turn < 12; turn++) {
      for (const name of shuffled(jobNames, random)) await running.call(jobs[name]);
      resting.push(1e6 * (await running.usage()).rssMegabytes);
    }
    await running.close();
    // The first half fills the heap and the allocator's arenas.
    const [before, after] = [resting.slice(3, 6), resting.slice(-3)].map((some) => Math.min(...some));
    console.info(`at rest, MiB: ${resting.map((bytes) => Math.round(bytes / 2 ** 20)).join(' ')}`);
    expect(Math.max(...resting)).toBeLessThan(restingProcessBytes);
    expect(after).toBeLessThan(1.3 * (before ?? 0));
  } finally {
    await folder.end();
  }
});
