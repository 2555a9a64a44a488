import { expect, it } from 'vitest';
import { duration, measure, unitInWords } from '../../../local/console/page/format.ts';

it.each([
  [96.4321, '%', '96.4 %'],
  [100, '%', '100 %'],
  [0.0412, '%', '0.041 %'],
  [-0, '%', '0 %'],
  [1e-13, '%', '0 %'],
  [-1.724, '%', '−1.72 %'],
  [0.0019312, '$', '$0.0019'],
  [12.3456, '$', '$12.3'],
  [85.4, 'ms', '85 ms'],
  [1250, 'ms', '1.25 s'],
  [0, 'ms', '0 ms'],
  [136.7, 'MB', '137 MB'],
  [1_456_600, 'bytes', '1.46 MB'],
  [12, 'count', '12'],
  [12_345, 'count', '12,345'],
  [1.5, 'count', '1.5'],
  [14 * 86_400, 's', '14 d'],
])('%s in %s is written %s', (value, unit, expected) => {
  expect(measure(value, unit)).toBe(expected);
});

it.each([
  [12, '12 s'],
  [125, '2 min'],
  [5400, '1.5 h'],
  [43_200, '12 h'],
  [86_400, '1 d'],
])('%i seconds are %s', (seconds, expected) => {
  expect(duration(seconds)).toBe(expected);
});

it.each([
  ['Image hit rate % (good: at least 90)', 'of images', '%'],
  ['Dollars, last day', '$ a day', '$'],
  ['Calls', 'calls', ''],
])('a number called "%s" is counted in what its words say', (title, label, unit) => {
  expect(unitInWords(title, label)).toBe(unit);
});
