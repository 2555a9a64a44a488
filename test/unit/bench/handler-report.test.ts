import { expect, test } from 'vitest';
import { docsParts } from '../../../bench/handler/docs.ts';
import type { Measured, Starts } from '../../../bench/handler/measure.ts';
import { goalsOf, handlerReport, isMet } from '../../../bench/handler/report.ts';
import { readPart } from '../../../docs/generated.ts';

const image = { bytes: 40_000, similarity: 0.95 };
const measured: Measured = {
  job: 'J1',
  // Ratios 1, 2 and 1.1; of the medians 200 / 100 = 2.
  cpuMilliseconds: { bare: [10, 100, 300], control: [10, 100, 300], byHand: [15, 150, 450], service: [10, 200, 330] },
  images: { bare: image, service: image },
};
const starts: Starts = {
  milliseconds: { byHand: [100, 100, 100], service: [103.4, 103.4, 103.4] },
  peakRssMegabytes: { bare: [170], service: [186] },
};

test('a job is judged by the median of its rounds, not by the ratio of the medians', () => {
  const [job, start, peak] = goalsOf([measured], starts);
  expect(job).toMatchObject({ actual: 1.1, atMost: 1 });
  expect(start?.actual).toBeCloseTo(1.034);
  expect([job, start, peak].map((goal) => goal && isMet(goal))).toEqual([false, true, false]);
});

test('the report has a line for each job and for what a fresh process takes', () => {
  const report = handlerReport([measured], starts);
  expect(report).toMatch(/J1 .* 100\.0 ms .* 1\.00 .* 1\.50 .* \*\*1\.10\*\* \(1\.05–1\.55\)/);
  expect(report.split('\n').filter((line) => line.startsWith('|'))).toHaveLength(3 + 4);
  expect(report).toContain('1 of 3 goals are met');
});

test.each(Object.entries(docsParts()))('%s shows the latest kept result (make docs writes it)', (file, parts) => {
  expect(Object.fromEntries(Object.keys(parts).map((name) => [name, readPart(file, name)]))).toEqual(parts);
});
