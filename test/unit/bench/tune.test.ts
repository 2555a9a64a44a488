import { describe, expect, test } from 'vitest';
import { assumedS3, latencyOfOneRequest, s3Milliseconds } from '../../../bench/s3-time.ts';
import { byHand } from '../../../bench/tune/by-hand.ts';
import { comparison } from '../../../bench/tune/comparison.ts';
import { markOf, undoCutOff } from '../../../bench/tune/cut-off.ts';
import type { Invoked } from '../../../bench/tune/invoke.ts';
import { predict } from '../../../bench/tune/prediction.ts';
import { roundsOf } from '../../../bench/tune/rounds.ts';
import { tunedRow } from '../../../bench/tune/tuned-row.ts';
import memory from '../../../infra/function-memory.json' with { type: 'json' };
import { resultOf } from './bench-result.ts';

const heavy = { photo: 'a.jpg', preset: '1280x.avif', weight: 3 };
const light = { photo: 'b.jpg', preset: '200x200', weight: 1 };

test('roundsOf() starts every size with the case of the greatest weight, and then shuffles', () => {
  const sizes = [512, 1024, 2048];
  const rounds = roundsOf(sizes, [light, heavy], 4);
  expect(rounds).toHaveLength(4);
  for (const round of rounds) expect(round).toHaveLength(6);
  const first = rounds[0]?.slice(0, 3) ?? [];
  expect(first.map(({ one }) => one)).toEqual([heavy, heavy, heavy]);
  expect(first.map(({ memoryMegabytes }) => memoryMegabytes).sort((a, b) => a - b)).toEqual(sizes);
});

function call(one: typeof heavy, milliseconds: number, rest: Partial<Invoked> & { init?: number } = {}): Invoked {
  const { init, ...others } = rest;
  const report = {
    durationMilliseconds: milliseconds,
    billedMilliseconds: milliseconds + (init ?? 0),
    memoryMegabytes: 1024,
    peakMegabytes: 200,
    ...(init !== undefined && { initMilliseconds: init }),
  };
  const always = { memoryMegabytes: 1024, bytesIn: 7e6, s3Milliseconds: 300, isOutOfMemory: false };
  return { ...one, ...always, report, ...others };
}

const judged = {
  architecture: 'x64',
  coldShare: 0.1,
  headroom: 0.2,
  objective: { benchCase: undefined, p95Milliseconds: 1500 },
} as const;

describe('tunedRow()', () => {
  test('adds what a first call takes more than a warm one of the same case', () => {
    const row = tunedRow(1024, [call(heavy, 900, { init: 200 }), call(light, 100), call(heavy, 500)], judged);
    // (3 x 500 + 1 x 100) / 4, and a tenth of 1,100 - 500.
    expect(row.billedMilliseconds).toBeCloseTo(400 + 60);
    expect(row).toMatchObject({ first: 1100, firstCase: 'a.jpg 1280x.avif', warm: { p50: 500, p95: 500, p99: 500 } });
  });

  test('leaves out the first call of a process that was replaced in between', () => {
    const replaced = call(light, 300, { init: 250 });
    const row = tunedRow(1024, [call(heavy, 900, { init: 200 }), call(light, 100), replaced, call(heavy, 500)], judged);
    expect(row.first).toBe(1100);
    expect(row.billedMilliseconds).toBeCloseTo(460);
  });

  test('has no times where everything ran out of memory', () => {
    const row = tunedRow(1024, [call(heavy, 900, { init: 200, isOutOfMemory: true })], judged);
    expect(row).toMatchObject({ warm: undefined, first: undefined, s3: undefined, s3Latency: undefined });
  });
});

describe('latencyOfOneRequest()', () => {
  test('is what the model of S3 makes the same wait of', () => {
    const spread = { ...assumedS3, spread: 1 };
    const [waited = 0] = s3Milliseconds(5e6, 0, { ...spread, latencyMilliseconds: 42 });
    expect(latencyOfOneRequest(waited, 5e6)).toBeCloseTo(42);
  });

  test('is never below zero', () => {
    expect(latencyOfOneRequest(10, 50e6)).toBe(0);
  });
});

describe('predict()', () => {
  const bench = resultOf();
  const cases = [{ photo: 'jpeg-12mp', preset: '400x400', weight: 1 }];

  test('takes the share of first calls that is asked about', () => {
    const dollars = (coldShare: number) =>
      predict(bench, { sizes: [1024], cases, coldShare })?.rows[0]?.dollarsOfThousandResizes ?? 0;
    expect(dollars(0.5)).toBeGreaterThan(dollars(0));
  });

  test('says nothing where a case was not measured', () => {
    const more = [...cases, { photo: 'jpeg-12mp', preset: '800x', weight: 1 }];
    expect(predict(bench, { sizes: [1024], cases: more, coldShare: 0 })).toBeUndefined();
  });

  test('is said to be of another processor where the function has another', () => {
    const prediction = predict(bench, { sizes: [1024], cases, coldShare: 0 });
    const rows = [tunedRow(1024, [call(heavy, 500)], judged)];
    const of = (architecture: 'x64' | 'arm64') => comparison(rows, architecture, prediction).join('\n');
    expect(of('arm64')).toContain('Predicted is x64, times and prices, where the function has arm64.');
    expect(of('x64')).not.toContain('where the function has');
  });
});

describe('undoCutOff()', () => {
  const commands = byHand('resize', 'eu-west-1');
  const marked = (Version: string) => ({ Version, MemorySize: 512, Description: markOf('tune-1', 512) });
  const before = { Version: '7', MemorySize: 1769, Description: "the owner's" };

  test('takes memory and description from what the alias runs, quoted for a shell', () => {
    const text = undoCutOff([marked('$LATEST'), before, marked('8'), marked('9')], before, commands);
    expect(text.split('\n')).toEqual([
      String.raw`aws lambda update-function-configuration --region eu-west-1 --function-name resize --memory-size 1769 --description 'the owner'\''s'`,
      'aws lambda delete-function --region eu-west-1 --function-name resize --qualifier 8',
      'aws lambda delete-function --region eu-west-1 --function-name resize --qualifier 9',
    ]);
  });

  test('takes the memory of the template where the alias runs a version of the run, and keeps that one', () => {
    const text = undoCutOff([marked('$LATEST'), marked('8'), marked('9')], marked('9'), commands);
    expect(text).toContain(`--memory-size ${memory.memoryMegabytes} --description ''`);
    expect(text).toContain('--qualifier 8');
    expect(text).not.toContain('--qualifier 9');
  });
});
