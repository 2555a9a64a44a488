import { expect, test } from 'vitest';
import { passedADeadline } from '../../../bench/memory/call-fresh.ts';

test.each([
  ['1920x/a was answered 413: expected 301. {"code":"original-too-slow","message":"…"}', true],
  ['1920x/a was answered 504: expected 301. {"code":"store-slow"}', true],
  ['calls.mjs ended before it answered, by SIGKILL: ', true],
  ['calls.mjs ended before it answered, by SIGSEGV: ', false],
  ['calls.mjs ended before it answered: SyntaxError', false],
  ['1920x/a was answered 413: expected 301. {"code":"original-too-large"}', false],
  ['1920x/a was answered 500: expected 301.', false],
])('passedADeadline() of "%s" is %j', (message, expected) => {
  expect(passedADeadline(new Error(message))).toBe(expected);
});
