import { describe, expect, test } from 'vitest';
import { createFaults, type Fault } from '../../../local/aws/s3/faults.ts';

const effect = { delayMilliseconds: 1 };
const call = { operation: 'GetObject', bucket: 'originals', key: 'a/b.jpg' };

/** Which of four equal calls are hit. */
function hitsOf(fault: Omit<Fault, 'effect'>): boolean[] {
  const faults = createFaults();
  faults.add({ ...fault, effect });
  return Array.from({ length: 4 }, () => faults.next(call) === effect);
}

describe('createFaults()', () => {
  test.each<[string, Omit<Fault, 'effect'>, boolean[]]>([
    ['hits every call when nothing is said', {}, [true, true, true, true]],
    ['hits the operation', { operation: 'GetObject' }, [true, true, true, true]],
    ['misses another operation', { operation: 'PutObject' }, [false, false, false, false]],
    ['misses another bucket', { bucket: 'derivatives' }, [false, false, false, false]],
    ['hits keys of a pattern', { key: 'a/*.jpg' }, [true, true, true, true]],
    ['misses keys of another pattern', { key: 'b/*' }, [false, false, false, false]],
    ['hits the second call and all that follow', { nth: 2 }, [false, true, true, true]],
    ['hits the first call alone', { times: 1 }, [true, false, false, false]],
    ['hits the second and third call', { nth: 2, times: 2 }, [false, true, true, false]],
  ])('%s', (_, fault, expected) => {
    expect(hitsOf(fault)).toEqual(expected);
  });

  test('counts for each fault by itself, and the first that hits decides', () => {
    const faults = createFaults();
    const other = { cut: 'request' as const };
    faults.add({ times: 1, effect });
    faults.add({ nth: 2, times: 1, effect: other });
    expect([faults.next(call), faults.next(call), faults.next(call)]).toEqual([effect, other, undefined]);
  });

  test('takes one fault away, or all', () => {
    const faults = createFaults();
    const remove = faults.add({ effect });
    remove();
    expect(faults.next(call)).toBeUndefined();
    faults.add({ effect });
    faults.clear();
    expect([faults.next(call), faults.list()]).toEqual([undefined, []]);
  });
});
