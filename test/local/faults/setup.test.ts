import { describe, expect, test } from 'vitest';
import { choicesOf, parts, readSetup, switchCards, UserError } from '../../../local/faults/setup.ts';

describe('readSetup()', () => {
  test('reads a part of a setup, and text for a switch that is a boolean', () => {
    const change = { s3: 'cut', daysAhead: 14, switches: { queryInLocation: 'true', redirectCaching: 'legacy' } };
    expect(readSetup(change)).toEqual({
      s3: 'cut',
      daysAhead: 14,
      switches: { queryInLocation: true, redirectCaching: 'legacy' },
    });
  });

  test('reads every choice that the console offers', () => {
    for (const part of parts) {
      for (const { value } of choicesOf(part)) expect(readSetup({ [part]: value })).toEqual({ [part]: value });
    }
    for (const { name, choices } of switchCards) {
      for (const { value } of choices)
        expect(readSetup({ switches: { [name]: value } })).toHaveProperty(['switches', name]);
    }
  });

  test.each<object>([
    { s3: 'gone' },
    { lambda: 'constructor' },
    { template: 7 },
    { daysAhead: -1 },
    { daysAhead: '14' },
    { switches: { weather: 'fine' } },
    { switches: { missingKey: '500' } },
    { switches: 'legacy' },
    { hasOwnProperty: 'red' },
  ])('refuses %j', (change) => {
    expect(() => readSetup({ ...change })).toThrow(UserError);
  });
});
