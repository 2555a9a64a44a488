/** The measuring on the real Lambda and the real local S3, with images that take a moment. */
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { buildLambda } from '../../bench/built-lambda.ts';
import { type Store, startStore } from '../../bench/handler/store.ts';
import { callInFreshProcess, type Laboratory } from '../../bench/memory/call-fresh.ts';
import type { BenchCase } from '../../bench/memory/cases.ts';
import { measure } from '../../bench/memory/measure.ts';
import { verify } from '../../bench/memory/verify.ts';
import type { CallsJob } from '../../bench/programs/calls-job.ts';
import { compileProgram } from '../../bench/programs.ts';
import { findQuota } from '../../bench/quota/cgroup.ts';
import { median } from '../../bench/statistics.ts';
import { startWorker } from '../../bench/worker.ts';

// Dozens of processes are started one after the other.
vi.setConfig({ testTimeout: 300_000 });

const root = join(import.meta.dirname, '../..');
// In the checkout: the bundle looks for sharp's binaries in the folders above.
const folder = join(root, `.cache/test-bench-${process.pid}`);
const silent = { expect() {}, step() {}, seconds: () => 0, end() {} };

let store: Store;
let laboratory: Laboratory;
let small: BenchCase;
let large: BenchCase;

async function imageCase(photo: string, side: number, preset: string): Promise<BenchCase> {
  const file = join(folder, photo);
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
  await sharp({ create: { width: side, height: side, channels: 3, background: '#808080', noise } })
    .jpeg()
    .toFile(file);
  return { photo, preset, weight: 1, file, originalKey: photo, bytesIn: statSync(file).size, pixels: side * side };
}

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  small = await imageCase('small.jpg', 300, '100x100');
  large = await imageCase('large.jpg', 2500, '1280x.webp');
  const variables = buildLambda(root, folder);
  const program = await compileProgram(join(root, 'bench/programs/bundled-calls.ts'));
  store = await startStore();
  for (const { originalKey: key, file } of [small, large]) await store.putOriginal({ key, file });
  laboratory = { store, program, variables: { ...variables, ...store.variables } };
}, 120_000);

afterAll(async () => {
  await store?.close();
  rmSync(folder, { recursive: true, force: true });
});

test('measures each case in fresh processes, and more work as more time', async () => {
  const effort = {
    rounds: 2,
    timesAimedAt: 2,
    mostSeconds: 600,
    mostSecondsInDoubt: 600,
    warmUp: 1,
    calls: 3,
    mixedTurns: 1,
    extremeRounds: 1,
  };
  const asked: number[][] = [];
  const extreme = { ...large };
  const measured = await measure(
    laboratory,
    {
      cases: [small, large],
      aimedAt: [small],
      extremes: [extreme],
      effort,
      stillNeeded({ cases, extremes }) {
        asked.push([...cases.map(({ processes }) => processes.length), extremes[0]?.cpuMilliseconds.length ?? 0]);
        return asked.length === 1 ? [small, extreme] : [];
      },
    },
    silent,
  );
  // Two rounds of all, of what is aimed at twice as many, and one of the extreme, two calls in it; then what was said to
  // be needed, until nothing is.
  expect(asked).toEqual([
    [4, 2, 2],
    [5, 2, 4],
  ]);
  const [one, other] = measured.cases;
  expect(one?.processes).toHaveLength(5);
  expect(other?.processes).toHaveLength(2);
  for (const { startCpuMilliseconds, firstCpuMilliseconds, warmCpuMilliseconds, peakRssBytes } of one?.processes ??
    []) {
    expect(startCpuMilliseconds).toBeGreaterThan(30);
    expect(warmCpuMilliseconds).toHaveLength(3);
    // A first call loads and compiles what the next ones find.
    expect(firstCpuMilliseconds).toBeGreaterThan(Math.min(...warmCpuMilliseconds));
    expect(peakRssBytes).toBeGreaterThan(50e6);
  }
  const cheapest = (samples: typeof one) =>
    Math.min(...(samples?.processes.flatMap((p) => p.warmCpuMilliseconds) ?? []));
  expect(cheapest(other)).toBeGreaterThan(3 * cheapest(one));
  expect(one?.bytesOut).toBeGreaterThan(500);
  expect(measured.extremes).toMatchObject([
    { photo: 'large.jpg', peakRssBytes: [expect.any(Number), expect.any(Number)] },
  ]);
  expect(Math.min(...(measured.extremes[0]?.cpuMilliseconds ?? []))).toBeGreaterThan(3 * cheapest(one));
  expect(measured.mixedPeakRssBytes[0]).toBeGreaterThan(50e6);
});

test.each([
  { late: 60, mostSecondsInDoubt: 100, processes: 3, what: 'more of it is measured while the samples do not agree' },
  { late: 60, mostSecondsInDoubt: 50, processes: 2, what: 'nothing more when that would take too long' },
  { late: 0, mostSecondsInDoubt: 50, processes: 4, what: 'all planned rounds come first while there is time' },
])('after its time is over, two rounds being done: $what', async ({ late, mostSecondsInDoubt, processes }) => {
  const effort = {
    rounds: 3,
    timesAimedAt: 1,
    mostSeconds: 50,
    mostSecondsInDoubt,
    warmUp: 0,
    calls: 2,
    mixedTurns: 1,
  };
  let asked = 0;
  const { cases } = await measure(
    laboratory,
    {
      cases: [small],
      aimedAt: [small],
      extremes: [],
      effort: { ...effort, extremeRounds: 0 },
      stillNeeded: () => (asked++ === 0 ? [small] : []),
    },
    { ...silent, seconds: () => late },
  );
  expect(cases[0]?.processes).toHaveLength(processes);
});

const quota = await findQuota();
const reason = 'skipped' in quota ? quota.skipped : '';

test.skipIf(reason !== '')(
  `a process under a quota is slower than it was without, and one without memory is ended${reason && ` (left out: ${reason})`}`,
  async () => {
    const effort = {
      sizes: [442],
      mostCases: 1,
      processes: 1,
      mostSeconds: 600,
      turns: 1,
      calls: 3,
      trialSizes: [80, 1024],
    };
    const verification = await verify(laboratory, { cases: [small, large], extremes: [large] }, effort, silent);
    if ('skipped' in verification) expect(verification.skipped).toContain('other processes made the calls wait');
    else {
      const { free, limited, trials } = verification;
      expect(free).toMatchObject([{ photo: 'large.jpg' }]);
      expect(free[0]?.wallMilliseconds).toHaveLength(6);
      expect(limited).toMatchObject([{ photo: 'large.jpg', memoryMegabytes: 442 }]);
      // A quarter of a vCPU: four times its CPU time by the clock, less the first slice that is not waited for.
      const [one] = limited;
      expect(median(one?.wallMilliseconds ?? [])).toBeGreaterThan(3 * median(one?.cpuMilliseconds ?? []));
      expect(trials.map(({ memoryMegabytes, outcome }) => [memoryMegabytes, outcome])).toEqual([
        [80, 'killed'],
        [1024, 'fits'],
      ]);
    }
  },
);

test('leaves nothing of its keys in the store', async () => {
  await callInFreshProcess(laboratory, small, { warmUp: 0, measured: 1, clock: 'cpu' });
  await expect(store.derivativeBytes({ preset: '100x100', key: 'small.jpg-1' })).rejects.toThrow();
});

test('a key that was asked for before voids the measurement: its answer is not the work', async () => {
  await store.putOriginal({ key: 'again.jpg', file: small.file });
  const worker = await startWorker<CallsJob>(laboratory.program, laboratory.variables);
  const job = { preset: '100x100', warmUp: 0, clock: 'cpu' } as const;
  await worker.measure({ ...job, keys: ['again.jpg'] });
  await expect(worker.measure({ ...job, keys: ['again.jpg', 'again.jpg'] })).rejects.toThrow(
    'was answered 200: expected 301',
  );
  await worker.close();
});

test('an original that is refused voids it too', async () => {
  const file = join(folder, 'text.jpg');
  writeFileSync(file, 'no image');
  await store.putOriginal({ key: 'text.jpg', file });
  const called = { originalKey: 'text.jpg', preset: '100x100' };
  await expect(callInFreshProcess(laboratory, called, { warmUp: 0, measured: 1, clock: 'cpu' })).rejects.toThrow(
    'was answered 415: expected 301',
  );
});
