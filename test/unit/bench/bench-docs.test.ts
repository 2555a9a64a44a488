import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { chartFile, docsParts } from '../../../bench/memory/docs.ts';
import { readPart } from '../../../docs/generated.ts';

describe('what make bench-docs writes is up to date', () => {
  const { pages, chart } = docsParts();
  const parts = Object.entries(pages).flatMap(([file, ofFile]) =>
    Object.entries(ofFile).map(([name, text]) => [file, name, text] as const),
  );

  test.each(parts)('%s, %s', (file, name, text) => {
    expect(readPart(file, name)).toBe(text);
  });

  test('the chart', () => {
    expect(readFileSync(join(import.meta.dirname, '../../..', chartFile), 'utf8')).toBe(chart);
  });
});
