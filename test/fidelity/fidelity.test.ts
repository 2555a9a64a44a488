import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readPart } from '../../docs/generated.ts';
import { rows } from '../chain/rows/diagnose.ts';
import { otherRows, sections } from './facts.ts';
import { renderFidelity } from './render.ts';

const facts = sections.flatMap((section) => section.facts);

test('the ids of facts and of rows are unique', () => {
  for (const ids of [facts.map(({ id }) => id), [...rows, ...otherRows].map(({ id }) => id)]) {
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  }
});

test('every emulated fact, switch and refusal names a test file that exists', () => {
  const tested = facts.filter(({ status }) => ['emulated', 'switch', 'refused'].includes(status));
  expect(tested.filter((fact) => fact.test === undefined).map(({ id }) => id)).toEqual([]);
  const files = new Set(facts.flatMap((fact) => fact.test ?? []));
  expect([...files].filter((file) => !existsSync(join(import.meta.dirname, '..', file)))).toEqual([]);
});

test('docs/fidelity.md is up to date (make docs)', () => {
  for (const [name, part] of Object.entries(renderFidelity())) {
    expect(readPart('docs/fidelity.md', name), name).toBe(part);
  }
});
