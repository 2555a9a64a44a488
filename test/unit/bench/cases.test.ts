import { expect, test } from 'vitest';
import { jobs } from '../../../bench/handler/jobs.ts';
import { photoNames } from '../../../bench/photos/photo-set.ts';
import { config } from '../../../src/config.ts';
import { allowedPresets } from '../../../src/core/presets.ts';

const allowed = allowedPresets(config.presets);

test('every job of bench-handler has a preset of the allow-list', () => {
  const names = Object.values(jobs).map(({ preset }) => preset);
  expect(names.filter((name) => !allowed.has(name))).toEqual([]);
});

test('the objective of the config speaks of a photograph and a preset that exist', () => {
  const [photo = '', preset = ''] = config.objectives.cold.benchCase.split(' ');
  expect(photoNames).toContain(photo);
  expect([...allowed.keys()]).toContain(preset);
});
