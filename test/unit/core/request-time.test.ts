import { expect, it } from 'vitest';
import { config } from '../../../src/config.ts';
import { requestTime } from '../../../src/core/request-time.ts';

const limits = { ...config.limits, requestMilliseconds: 12_000 };

it.each([
  ['the limit of the config, where Lambda gives more', 15_000, 12_000],
  ['what Lambda gives, less the time for the reply', 9_000, 8_500],
  ['nothing, where there is not even time for the reply', 400, 0],
])('requestTime() is %s', (_, remaining, expected) => {
  expect(requestTime(limits, remaining)).toBe(expected);
});
