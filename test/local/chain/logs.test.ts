import { describe, expect, test } from 'vitest';
import { createLogGroups } from '../../../local/aws/logs.ts';

describe('createLogGroups()', () => {
  test('keeps the newest lines of each group', () => {
    const logs = createLogGroups({ now: () => 1000 });
    for (let i = 0; i < 12_000; i++) logs.write('a', `line ${i}`);
    logs.write('b', 'other');
    expect(logs.groups()).toEqual(['a', 'b']);
    expect(logs.lines('a').at(-1)).toBe('line 11999');
    expect(logs.lines('a').length).toBeLessThanOrEqual(11_000);
    expect(logs.lines('none')).toEqual([]);
  });
});
