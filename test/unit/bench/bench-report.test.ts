import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { applyPick } from '../../../bench/memory/apply.ts';
import { costAndSpeedImage } from '../../../bench/memory/chart.ts';
import { type BenchResult, conclude } from '../../../bench/memory/conclude.ts';
import { readOptions } from '../../../bench/memory/options.ts';
import { reportPage } from '../../../bench/memory/page.ts';
import { timeLeft } from '../../../bench/memory/progress.ts';
import { terminalReport } from '../../../bench/memory/terminal.ts';
import { modelError, type Verification } from '../../../bench/memory/verification.ts';
import { resultOf } from './bench-result.ts';

const textOf = (result: BenchResult) => terminalReport(result, conclude(result)).replaceAll(/\n {2}(?=\S)/g, ' ');

describe('the report', () => {
  test('says what to take, why, and why not less', () => {
    const text = textOf(resultOf());
    expect(text).toContain('Take 768 MB on x64.');
    expect(text).toContain('Not 512 MB: avif-25mp 400x400 runs out of memory: it needs 535 of 512 MB.');
    expect(text).toMatch(/^ *768 .*cheapest/m);
    expect(text).toMatch(/^ *512 .*out of memory: avif-25mp 400x400$/m);
    expect(text).toMatch(/Fastest: 1,769 MB/);
    expect(text).toMatch(/make cost COST="--lambda-milliseconds \d+ --memory-megabytes 768"/);
    expect(text).toContain('These are not your images.');
    expect(textOf(resultOf({ hasOwnPhotos: true }))).not.toContain('These are not your images.');
  });

  test('marks what is modelled, assumed and not verified', () => {
    const text = textOf(resultOf());
    expect(text).toContain('$ / 1,000 arm64, modelled');
    expect(text).toContain('Every size is modelled: time = CPU time x (1.02 + 0.24 ms / slice) / share');
    expect(text).toContain('S3 is assumed: a median of 60 ms');
    expect(text).toContain('arm64 was not measured: taken to need 1.67 of the time');
    expect(text).toContain('It costs less from 1.25 of the time of x64 downwards');
    expect(text).toContain(
      'Abacus 9, 2 cores, 24 GB; load 0.4 before, 1.7 after. node 24.21.0, sharp 0.35.5. 2026-11-25, quick run',
    );
    expect(textOf(resultOf({ verification: { skipped: 'darwin has no cgroups: expected Linux' } }))).toContain(
      'NOT VERIFIED: darwin has no cgroups: expected Linux.',
    );
  });

  test('shows outliers', () => {
    // 95 once in each of three processes.
    expect(textOf(resultOf())).toMatch(/^<script> 400x400 .* 95 95 95$/m);
  });

  test('names the case when nothing qualifies', () => {
    const text = textOf(resultOf({ warm: [1200, 1210, 1220, 1230, 1240] }));
    expect(text).toMatch(
      /Nothing qualifies. 1,769 MB comes nearest, but jpeg-12mp 400x400 has a p95 of 1\d\d\d ms: expected at most 1200, the objective less head-room\./,
    );
    expect(text).not.toContain('cheapest');
  });

  test('concludes nothing when it is too noisy', () => {
    const text = textOf(resultOf({ warm: [50, 100, 150, 250, 600] }));
    expect(text).toMatch(/No conclusion: the median is only known to ± \d+%/);
    expect(text).not.toContain('Take ');
  });

  test('as a page needs nothing beside it, and shows what it was given as text', () => {
    const result = resultOf();
    const page = reportPage(result, conclude(result));
    expect(page).not.toMatch(/<script|<link|<img|@import|url\(/);
    expect(page.match(/https?:\/\/[^"\s<]*/g)).toEqual(['http://www.w3.org/2000/svg']);
    expect(page).toContain('&lt;script&gt; 400x400');
    for (const line of [/Take 768 MB on x64\./, /<tr class="pick"><td>768<\/td>/, /<tr class="lost"><td>512<\/td>/]) {
      expect(page).toMatch(line);
    }
  });

  test('as an image has a point for every size, a cross where requests are lost, and the pick in green', () => {
    const result = resultOf();
    const image = costAndSpeedImage(result, conclude(result));
    expect(image.match(/<circle/g)).toHaveLength(4 * 11);
    expect(image.match(/>×</g)).toHaveLength(3);
    expect(image).toContain('font-weight="700">768</text>');
    expect(image).not.toContain('NaN');
    expect(image).not.toContain('undefined');
  });

  // How long the one takes that the objective speaks of, and how long it may.
  test.each([
    ['far above the rest of the mix', 1000, 1200],
    ['far below what is allowed', 4, 90_000],
    ['all above what is allowed', 2000, 20],
  ])('as an image draws an objective %s in its place', (_, took, p95Milliseconds) => {
    const { assumed, measured, ...rest } = resultOf({ warm: [took, took, took, took, took] });
    const cases = measured.cases.map((one) => ({ ...one, weight: one.photo === 'jpeg-12mp' ? 0.01 : 100 }));
    const objective = { ...assumed.objective, p95Milliseconds };
    const result = { ...rest, assumed: { ...assumed, objective }, measured: { ...measured, cases } };
    const image = costAndSpeedImage(result, conclude(result));
    const heights = [...image.matchAll(/<circle cx="[\d.]+" cy="(-?[\d.]+)"/g)].map(([, y]) => Number(y));
    const dotted = Number(/<path d="M76 ([\d.]+)H896"[^>]*stroke-dasharray="2 4"/.exec(image)?.[1]);
    expect(heights).toHaveLength(4 * 11);
    for (const y of [...heights, dotted]) {
      expect(y).toBeGreaterThan(58);
      expect(y).toBeLessThan(300);
    }
    expect(image).toContain('dotted: the');
  });
});

describe('applyPick()', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pick-'));
  const file = join(folder, 'function-memory.json');
  afterAll(() => rmSync(folder, { recursive: true }));

  test('writes the pick and why', () => {
    const result = resultOf();
    applyPick(result, conclude(result), file);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      memoryMegabytes: 768,
      why: expect.stringMatching(
        /^make bench, 2026-11-25, x64 \(Abacus 9\): the cheapest with a p95 of jpeg-12mp 400x400 within 1500 ms less 20% \(\d+ ms\); at 512 MB avif-25mp 400x400 runs out of memory: it needs 535 of 512 MB$/,
      ),
    });
  });

  test.each([
    ['is too noisy', [50, 100, 150, 250, 600]],
    ['finds nothing', [1200, 1210, 1220, 1230, 1240]],
  ])('refuses where the measurement %s', (_, warm) => {
    const result = resultOf({ warm });
    const before = readFileSync(file, 'utf8');
    expect(() => applyPick(result, conclude(result), file)).toThrow('expected a measurement that concludes something');
    expect(readFileSync(file, 'utf8')).toBe(before);
  });
});

describe('modelError()', () => {
  const calls = (memoryMegabytes: number, wall: number, cpu: number, photo = 'a') => ({
    photo,
    preset: '400x400',
    memoryMegabytes,
    wallMilliseconds: [wall, wall],
    cpuMilliseconds: [cpu, cpu],
  });

  test('compares with CPU time through share, and what was waited for on top', () => {
    const verification: Verification = {
      method: 'a quota',
      // 100 ms of work and 10 of waiting; 20 ms of work.
      free: [
        { photo: 'a', preset: '400x400', wallMilliseconds: [110, 110], cpuMilliseconds: [100, 100] },
        { photo: 'short', preset: '400x400', wallMilliseconds: [20, 20], cpuMilliseconds: [20, 20] },
      ],
      limited: [
        // Predicted 218.8 and measured a tenth more; the work itself took 110 there: 230.
        calls(884.5, 240.68, 110),
        calls(442.25, 437.2, 100),
        calls(1769, 200, 100),
        calls(884.5, 80, 20, 'short'),
      ],
      // 535 MB are needed.
      trials: [
        { photo: 'avif-25mp', preset: '400x400', memoryMegabytes: 512, outcome: 'killed' },
        { photo: 'avif-25mp', preset: '400x400', memoryMegabytes: 530, outcome: 'fits' },
        { photo: 'avif-25mp', preset: '400x400', memoryMegabytes: 768, outcome: 'fits' },
      ],
    };
    const { comparisons, median, worst, medianByOwnCpu } = modelError(verification);
    expect(comparisons.map(({ predictedMilliseconds }) => predictedMilliseconds)).toEqual(
      [218.8, 437.2, 113.2, 41.76].map((value) => expect.closeTo(value, 9)),
    );
    expect(comparisons.map(({ unjudged }) => unjudged)).toEqual([undefined, undefined, 'whole', 'short']);
    expect(worst).toBeCloseTo(0.1, 9);
    expect(median).toBeCloseTo(0.05, 9);
    expect(medianByOwnCpu).toBeCloseTo((240.68 / 230 - 1 + 437.2 / 410 - 1) / 2, 9);
    const text = textOf(resultOf({ verification }));
    expect(text).toContain('the model is off by 5.0% in the middle and 10.0% at worst');
    expect(text).toMatch(/884.5 +short 400x400 +42 ms +80 ms +\+91.6% \(short, not judged\)/);
    expect(text).toMatch(/1,769 +a 400x400 .*\(one vCPU, not judged\)/);
    expect(text).toMatch(/ 512 +avif-25mp 400x400 +out of memory +out of memory(?: |$)/m);
    expect(text).toMatch(/ 530 +avif-25mp 400x400 +out of memory +fits +otherwise(?: |$)/m);
    expect(text).toMatch(/ 768 +avif-25mp 400x400 +fits +fits(?: |$)/m);
    expect(text).toContain('2 of 3 times an image at a limit fitted');
  });
});

describe('the options', () => {
  test('have defaults that are said in the help', () => {
    expect(readOptions([])).toMatchObject({
      isQuick: false,
      coldShare: 0.05,
      hitRate: 0.9,
      headroom: 0.2,
      s3: { latencyMilliseconds: 60, spread: 2.5, megabytesPerSecond: 70 },
    });
    expect(readOptions(['--help'])).toBeUndefined();
  });

  test.each([
    [['--cold-share', '5'], '--cold-share is 5: expected a number from 0 to 1'],
    [['--hit-rate', 'most'], '--hit-rate is most: expected a number from 0 to 1'],
    [['--s3-spread', '0.5'], '--s3-spread is 0.5: expected a number from 1 to 100'],
    [['--quik'], "Unknown option '--quik'"],
  ])('refuse %j', (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });
});

test('timeLeft() says nothing before it knows, and no more than there can be', () => {
  expect(timeLeft(5, 0.01, 90)).toBe('time left not known yet');
  expect(timeLeft(30, 0.25, 200)).toBe('about 90 s left');
  expect(timeLeft(30, 0.25, 90)).toBe('about 60 s left');
  expect(timeLeft(80, 1.2, 90)).toBe('at most 10 s left');
  expect(timeLeft(80, 1.2, Number.POSITIVE_INFINITY)).toBe('nearly done');
  expect(timeLeft(100, 1.2, 90)).toBe('nearly done');
});
