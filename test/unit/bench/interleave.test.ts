import { expect, test } from 'vitest';
import { interleave } from '../../../bench/interleave.ts';

test('interleave() reverses the order each round and keeps the samples apart', async () => {
  const order: string[] = [];
  const contestant = (name: string) => async () => {
    order.push(name);
    return `${name}${order.length}`;
  };
  const samples = await interleave([contestant('a'), contestant('b'), contestant('c')], 3);
  expect(order.join('')).toBe('abccbaabc');
  expect(samples).toEqual([
    ['a1', 'a6', 'a7'],
    ['b2', 'b5', 'b8'],
    ['c3', 'c4', 'c9'],
  ]);
});

test('interleave() never has two contestants at work at once', async () => {
  let working = 0;
  const contestant = async () => {
    working++;
    await new Promise((resolve) => setTimeout(resolve, 1));
    return working--;
  };
  expect((await interleave([contestant, contestant], 4)).flat()).toEqual(Array(8).fill(1));
});
