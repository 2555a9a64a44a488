import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { conclude } from '../../../bench/memory/conclude.ts';
import { fillDocs, renderDocs, renderReadme } from '../../../bench/memory/docs.ts';
import { docsFiles, root } from '../../../bench/memory/docs-files.ts';
import { resultOf } from './bench-result.ts';

describe('docs/bench.md', () => {
  test.each(Object.entries(docsFiles()))('%s is what the kept result says (make docs)', (file, text) => {
    expect(readFileSync(join(root, file), 'utf8')).toBe(text);
  });
});

test('renderDocs() says what a million resizes cost at the pick and at the fastest', () => {
  const result = resultOf();
  const { bill } = renderDocs(result, conclude(result));
  // 1,000 times what a thousand cost; of the rest 8.6 millionths of a dollar are requests.
  expect(bill).toMatch(
    /^A million resizes cost \$(\d+\.\d\d) at 768 MB, \$(\d+\.\d\d) of them for the Lambda; at 1,769 MB/,
  );
  const [, all = 0, lambda = 0] = /cost \$(\S+) at 768 MB, \$(\S+) of/.exec(bill ?? '') ?? [];
  expect(Number(all) - Number(lambda)).toBeCloseTo(8.6, 1);
});

test('renderReadme() has the sizes to choose between, the bill and the machine', () => {
  const result = resultOf();
  const { bench = '' } = renderReadme(result, conclude(result));
  expect(bench.match(/^\| [\d,]+ /gm)?.map((size) => size.slice(2).trim())).toEqual([
    '512',
    '768',
    '1,024',
    '1,536',
    '1,769',
    '2,048',
    '3,008',
  ]);
  expect(bench).toMatch(/^\| 768 .* cheapest/m);
  expect(bench).toContain('A million resizes cost $');
  expect(bench).toContain('Abacus 9, 2 cores');
});

describe('fillDocs()', () => {
  test('writes between the marks and nowhere else, however often', () => {
    const page = 'before\n<!-- a -->\nold\n<!-- end of a -->\nafter';
    const filled = 'before\n<!-- a -->\n\nnew\n\n<!-- end of a -->\nafter';
    expect(fillDocs(page, { a: 'new' })).toBe(filled);
    expect(fillDocs(filled, { a: 'new' })).toBe(filled);
  });

  test('says which part has no place', () => {
    expect(() => fillDocs('<!-- a -->', { a: 'new' })).toThrow(
      'no place for "a": expected <!-- a --> and <!-- end of a -->',
    );
  });
});
