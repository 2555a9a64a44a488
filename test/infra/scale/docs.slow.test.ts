import { expect, test } from 'vitest';
import { readPart } from '../../../docs/generated.ts';
import { readOptions, scaleParts } from '../../../infra/scale/main.ts';

test('docs/scale.md says what the configuration, the quotas and the prices make of it (make scale writes it)', () => {
  const options = readOptions([]);
  if (!options) throw new Error('expected options');
  const parts = scaleParts(options);
  expect(Object.fromEntries(Object.keys(parts).map((name) => [name, readPart('docs/scale.md', name)]))).toEqual(parts);
});
