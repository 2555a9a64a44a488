import { expect, test } from 'vitest';
import { resizeCases, s3Case } from '../../../bench/handler/cases.ts';
import { photoNames } from '../../../bench/photos/photo-set.ts';
import { config } from '../../../src/config.ts';
import { allowedPresets } from '../../../src/core/presets.ts';

const allowed = allowedPresets(config.presets);

test('every case of bench-handler has a preset of the allow-list', () => {
  const names = [...resizeCases, s3Case].map(([, preset]) => preset);
  expect(names.filter((name) => !allowed.has(name))).toEqual([]);
});

test('the objective of the config speaks of a photograph and a preset that exist', () => {
  const [photo = '', preset = ''] = config.objectives.cold.benchCase.split(' ');
  expect(photoNames).toContain(photo);
  expect([...allowed.keys()]).toContain(preset);
});
