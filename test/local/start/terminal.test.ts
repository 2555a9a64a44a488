import { describe, expect, test } from 'vitest';
import type { Transition } from '../../../local/cloudwatch/alarms/alarms.ts';
import { lineOf } from '../../../local/terminal.ts';

const at = Date.UTC(2026, 10, 25, 12, 34);
const line = (from: Transition['from'], to: Transition['to'], verbose = false) =>
  lineOf({ kind: 'alarm', at, transition: { alarm: 'redirect-loop', atSeconds: at / 1000, from, to } }, verbose);

describe('lineOf()', () => {
  test('tells of an alarm that gets somebody up, and of its end', () => {
    expect(line('OK', 'ALARM')).toBe('  alarm   12:34 redirect-loop OK -> ALARM');
    expect(line('ALARM', 'INSUFFICIENT_DATA')).toBe('  alarm   12:34 redirect-loop ALARM -> INSUFFICIENT_DATA');
  });

  test('tells of other changes of alarms only when everything is wanted', () => {
    expect(line('INSUFFICIENT_DATA', 'OK')).toBeUndefined();
    expect(line('INSUFFICIENT_DATA', 'OK', true)).toBe('  alarm   12:34 redirect-loop INSUFFICIENT_DATA -> OK');
  });
});
