import { expect, it } from 'vitest';
import { config } from '../../../src/config.ts';
import { maxItems, planInvalidation } from '../../../src/core/invalidation.ts';
import { allowedPresets } from '../../../src/core/presets.ts';

const allowed = allowedPresets(config.presets);
const naming = { allowed, tagOf: (key: string) => `o-${key}` };
const keys = (count: number) => [...Array(count)].map((_, i) => `${i}.jpg`);

it('by tags an original is one item, whatever its presets', () => {
  const plan = planInvalidation(keys(2), 10, 'tags', naming);
  expect(plan).toEqual({ items: ['#o-0.jpg', '#o-1.jpg'], heldBack: { keys: [], items: 0 } });
});

it.each([1, 0, -3])('holds back what %s items do not pay', (affordable) => {
  const { items, heldBack } = planInvalidation(keys(3), affordable, 'tags', naming);
  expect(items).toHaveLength(Math.max(0, affordable));
  expect(heldBack.keys).toEqual(keys(3).slice(items.length));
  expect(heldBack.items).toBe(3 - items.length);
});

it('by paths an original has an item for each of its names, encoded as in URLs, or is held back whole', () => {
  const { items, heldBack } = planInvalidation(['é.jpg', 'b.jpg'], allowed.size + 1, 'paths', naming);
  expect(items).toHaveLength(allowed.size);
  expect(items).toContain('/200x200.webp/%C3%A9.jpg');
  expect(heldBack).toEqual({ keys: ['b.jpg'], items: allowed.size });
});

it('by paths, more keys than CloudFront takes become one wildcard, which nearly every limit pays', () => {
  const most = Math.floor(maxItems / allowed.size);
  expect(planInvalidation(keys(most), 5_000, 'paths', naming).items).toHaveLength(most * allowed.size);
  expect(planInvalidation(keys(most + 1), 1, 'paths', naming)).toEqual({
    items: ['/*'],
    heldBack: { keys: [], items: 0 },
  });
  expect(planInvalidation(keys(most + 1), 0, 'paths', naming).heldBack.keys).toHaveLength(most + 1);
});
