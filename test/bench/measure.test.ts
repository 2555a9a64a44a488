/** Measures the real Lambda on the real local S3, with images that take a moment. */
import { mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { BenchCase } from '../../bench/cases.ts';
import { measure, type SamplingPlan, type Task } from '../../bench/memory/measure.ts';
import { tryMemory } from '../../bench/memory/trials.ts';
import { acceptedCases, casesOfFolder, findPhotos } from '../../bench/own-photos.ts';
import {
  callInFreshProcess,
  isDeadline,
  type Lambda,
  type LocalS3,
  startLocalS3,
} from '../../bench/run/call-lambda.ts';
import { buildLambda, compileProgram, root } from '../../bench/run/compile.ts';
import type { CallsJob } from '../../bench/run/lambda-calls.ts';
import { findMemoryLimits } from '../../bench/run/memory-limit.ts';
import { startWorker, WorkerError } from '../../bench/run/worker.ts';
import { resultOf } from '../unit/bench/bench-result.ts';

// Dozens of processes are started one after the other.
vi.setConfig({ testTimeout: 300_000 });

// In the checkout: the bundle looks for sharp's binaries in the folders above.
const folder = join(root, `.cache/test-bench-${process.pid}`);
const silent = { expect() {}, step() {}, seconds: () => 0, end() {} };

let s3: LocalS3;
let lambda: Lambda;
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
  const program = await compileProgram('bench/run/lambda-calls.ts');
  s3 = await startLocalS3();
  for (const { originalKey, file } of [small, large]) await s3.putOriginal(originalKey, file);
  lambda = { s3, program, variables: { ...variables, ...s3.variables } };
}, 120_000);

afterAll(async () => {
  await s3?.close();
  rmSync(folder, { recursive: true, force: true });
});

const plan: SamplingPlan = {
  rounds: 2,
  objectiveProcesses: 2,
  mostSeconds: 600,
  mostSecondsInDoubt: 600,
  warmUp: 1,
  calls: 3,
  mixedTurns: 1,
  limitRounds: 1,
};

test('measures each case in fresh processes, the deciding ones more often, and more of them while in doubt', async () => {
  const asked: number[][] = [];
  const limitCase = { ...large };
  const task: Task = {
    ...{ cases: [small, large], objectiveCases: [small], limitCases: [limitCase], plan },
    stillNeeded({ cases, limitCases }) {
      asked.push([...cases.map(({ processes }) => processes.length), limitCases[0]?.cpuMilliseconds.length ?? 0]);
      return asked.length === 1 ? [small, limitCase] : [];
    },
  };
  const { cases, limitCases, mixedPeakRssBytes } = await measure(lambda, task, silent);
  // Two rounds of all, twice as many of the objective's case, and one of the limit case with two calls in it.
  expect(asked).toEqual([
    [4, 2, 2],
    [5, 2, 4],
  ]);
  const [one, other] = cases;
  expect([one?.processes.length, other?.processes.length]).toEqual([5, 2]);
  for (const { startCpuMilliseconds, warmCpuMilliseconds, peakRssBytes } of one?.processes ?? []) {
    expect(startCpuMilliseconds).toBeGreaterThan(30);
    expect(warmCpuMilliseconds).toHaveLength(3);
    expect(peakRssBytes).toBeGreaterThan(50e6);
  }
  // CPU time of seventy times as many pixels, whatever else the machine does.
  const least = (samples: typeof one) =>
    Math.min(...(samples?.processes.flatMap((process) => process.warmCpuMilliseconds) ?? []));
  expect(least(other)).toBeGreaterThan(3 * least(one));
  expect(one?.bytesOut).toBeGreaterThan(500);
  expect(limitCases[0]?.peakRssBytes).toHaveLength(2);
  expect(mixedPeakRssBytes[0]).toBeGreaterThan(50e6);
});

test.each([
  { late: 60, mostSecondsInDoubt: 100, processes: 3, what: 'more is measured while in doubt' },
  { late: 60, mostSecondsInDoubt: 50, processes: 2, what: 'nothing more when that would take too long' },
])('after its time and two rounds: $what', async ({ late, mostSecondsInDoubt, processes }) => {
  const short = { ...plan, rounds: 3, objectiveProcesses: 1, mostSeconds: 50, mostSecondsInDoubt, warmUp: 0, calls: 2 };
  let asked = 0;
  const task: Task = {
    ...{ cases: [small], objectiveCases: [small], limitCases: [], plan: short },
    stillNeeded: () => (asked++ === 0 ? [small] : []),
  };
  const { cases } = await measure(lambda, task, { ...silent, seconds: () => late });
  expect(cases[0]?.processes).toHaveLength(processes);
});

const limits = await findMemoryLimits();
const reason = 'unavailable' in limits ? limits.unavailable : '';

test.skipIf(reason !== '')(
  `a limit case is tried at the pick and below it${reason && ` (left out: ${reason})`}`,
  async () => {
    const { memory: _, ...result } = resultOf();
    // The result says that avif-25mp needs 535 MB. This image needs less.
    const limitCase = { ...large, photo: 'avif-25mp', preset: '400x400' };
    expect(await tryMemory(lambda, limits, { cases: [small], limitCases: [limitCase] }, result, silent)).toMatchObject({
      trials: [
        { memoryMegabytes: 768, outcome: 'fits' },
        { memoryMegabytes: 512, outcome: 'fits' },
        // By the model the pick is 512 MB now, and 256 MB is too little for the mix.
      ],
    });
    const tight = { create: () => ('create' in limits ? limits.create(24) : undefined) } as unknown as typeof limits;
    const { trials } = await tryMemory(lambda, tight, { cases: [], limitCases: [limitCase] }, result, silent);
    expect(trials[0]).toMatchObject({ memoryMegabytes: 768, outcome: 'killed' });
  },
);

describe('a folder of one’s own images', () => {
  test('is read with its sub-folders; what the service does not accept is skipped with its reason', async () => {
    const own = join(folder, 'own');
    mkdirSync(join(own, 'sub/folder'), { recursive: true });
    await sharp(small.file).toFile(join(own, 'sub/folder/good.jpg'));
    await sharp(small.file).toFile(join(own, 'good.jpg'));
    const whole = await sharp(large.file).jpeg().toBuffer();
    writeFileSync(join(own, 'cut.jpg'), whole.subarray(0, whole.length / 2));
    writeFileSync(join(own, 'empty.jpg'), '');
    writeFileSync(join(own, 'drawing.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
    symlinkSync('/nowhere', join(own, 'dangling.jpg'));
    const lines: string[] = [];
    const log = vi.spyOn(console, 'error').mockImplementation((line) => void lines.push(line));
    try {
      const found = findPhotos(own);
      expect(found).toEqual(['cut.jpg', 'good.jpg', 'sub/folder/good.jpg']);
      for (const file of ['dangling.jpg', 'drawing.svg', 'empty.jpg'])
        expect(lines).toContainEqual(expect.stringMatching(`^skipped ${file}: `));
      const cases = await casesOfFolder(own, found);
      for (const { originalKey, file } of cases) await s3.putOriginal(originalKey, file);
      const accepted = await acceptedCases(lambda, cases, silent);
      expect(new Set(accepted.map(({ photo }) => photo))).toEqual(new Set(['good.jpg', 'sub/folder/good.jpg']));
      expect(lines.join('\n')).toMatch(/skipped cut\.jpg at \S+: The original is damaged or incomplete/);
    } finally {
      log.mockRestore();
    }
  });
});

test('leaves none of its keys in the store', async () => {
  await callInFreshProcess(lambda, small, { warmUp: 0, runs: 1 });
  await expect(s3.derivativeBytes('100x100/small.jpg-1')).rejects.toThrow();
});

test('an answer that is not the resize fails the measurement', async () => {
  await s3.putOriginal('again.jpg', small.file);
  const worker = await startWorker<CallsJob>(lambda.program, lambda.variables);
  const job = { preset: '100x100', status: 301 };
  await worker.measure({ ...job, keys: ['again.jpg'] });
  await expect(worker.measure({ ...job, keys: ['again.jpg'] })).rejects.toMatchObject({ answer: { status: 200 } });
  await worker.close();
  const file = join(folder, 'text.jpg');
  writeFileSync(file, 'no image');
  await s3.putOriginal(basename(file), file);
  const called = callInFreshProcess(lambda, { originalKey: 'text.jpg', preset: '100x100' }, { warmUp: 0, runs: 1 });
  await expect(called).rejects.toMatchObject({ answer: { status: 415, code: 'type-unsupported' } });
});

test.each([
  [{ answer: { status: 413, code: 'original-too-slow' } }, true],
  [{ answer: { status: 504, code: 'store-slow' } }, true],
  [{ signal: 'SIGKILL' }, true],
  [{ answer: { status: 413, code: 'original-too-large' } }, false],
])('isDeadline() of %j is %j', (details, expected) => {
  expect(isDeadline(new WorkerError('failed', details))).toBe(expected);
});
