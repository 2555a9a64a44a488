import { expect, test } from 'vitest';
import { codecCases, memoryCases, overheadCases, soakMix, storeCase } from '../../../bench/handler/cases.ts';
import { photoNames } from '../../../bench/photos/photo-set.ts';
import { config } from '../../../src/config.ts';
import { allowedPresets } from '../../../src/core/presets.ts';

const allowed = allowedPresets(config.presets);

test('every measured case names a preset that is on the allow-list', () => {
  const plain = [...overheadCases, ...memoryCases, ...soakMix, storeCase].map(([, preset]) => preset);
  const names = [...plain, ...codecCases.map(({ preset }) => preset)];
  expect(names.filter((name) => !allowed.has(name))).toEqual([]);
});

test('the objective of the config speaks of a photograph and a preset that exist', () => {
  const [photo = '', preset = ''] = config.objectives.cold.benchCase.split(' ');
  expect(photoNames).toContain(photo);
  expect([...allowed.keys()]).toContain(preset);
});

test('the soak mixes original formats, derivative formats and sizes', () => {
  expect(new Set(soakMix.map(([photo]) => photo.split('-')[0])).size).toBeGreaterThanOrEqual(4);
  expect(new Set(soakMix.map(([, preset]) => preset)).size).toBeGreaterThanOrEqual(6);
});
