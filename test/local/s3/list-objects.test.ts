import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { after, type ListPage, listPage } from '../../../local/aws/s3/list-objects.ts';
import type { StoredObject } from '../../../local/aws/s3/stored-object.ts';

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** Few letters, so that prefixes and delimiters meet; with characters whose order in UTF-16 is not that of their bytes. */
const letters = fc.constantFrom('a', 'b', '/', '-', '.', 'é', '\uffee', '😀');
const someKey = fc.string({ unit: letters, minLength: 1, maxLength: 5 });
const keys = fc.uniqueArray(someKey, { maxLength: 25 }).map((all) => all.sort(byBytes));

const asObject = (key: string): StoredObject => ({
  key,
  file: key,
  size: 0,
  etag: '',
  modified: new Date(0),
  headers: {},
});

function* readFrom(sorted: readonly string[], start: Uint8Array): Generator<StoredObject> {
  for (const key of sorted) if (Buffer.compare(Buffer.from(key), start) >= 0) yield asObject(key);
}

interface Query {
  readonly prefix: string;
  readonly delimiter: string;
  readonly startAfter: string;
  readonly maxKeys: number;
}

function allPages(sorted: readonly string[], { startAfter, ...query }: Query): ListPage[] {
  const pages: ListPage[] = [];
  let from: Uint8Array | undefined = startAfter === '' ? Buffer.alloc(0) : after(startAfter);
  while (from) {
    const page = listPage((start) => readFrom(sorted, start), { ...query, from });
    pages.push(page);
    from = page.next;
    if (pages.length > 60) throw new Error('The listing never ends');
  }
  return pages;
}

/** What the API reference says of a list, said again as plainly as can be. */
function expectedEntries(sorted: readonly string[], { prefix, delimiter, startAfter }: Query): string[] {
  const chosen = sorted.filter((key) => key.startsWith(prefix) && (startAfter === '' || byBytes(key, startAfter) > 0));
  const entries = chosen.map((key) => {
    const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    return at < 0 ? `object ${key}` : `prefix ${key.slice(0, at + delimiter.length)}`;
  });
  return [...new Set(entries)];
}

const entriesOf = ({ objects, commonPrefixes }: ListPage) => [
  ...objects.map(({ key }) => `object ${key}`),
  ...commonPrefixes.map((prefix) => `prefix ${prefix}`),
];

describe('listPage()', () => {
  const query = fc.record({
    prefix: fc.string({ unit: letters, maxLength: 2 }),
    delimiter: fc.constantFrom('', '/', 'b/', 'é', '\uffee', '😀'),
    startAfter: fc.oneof(fc.constant(''), someKey),
    maxKeys: fc.integer({ min: 1, max: 7 }),
  });

  test('gives every key and every common prefix once, over all pages', () =>
    fc.assert(
      fc.property(keys, query, (sorted, asked) => {
        const got = allPages(sorted, asked).flatMap(entriesOf);
        expect(got.sort()).toEqual(expectedEntries(sorted, asked).sort());
      }),
      { numRuns: 400 },
    ));

  test('keeps the order of bytes, and no page is over its limit or empty', () =>
    fc.assert(
      fc.property(keys, query, (sorted, asked) => {
        const pages = allPages(sorted, asked);
        const listed = pages.flatMap(({ objects }) => objects.map(({ key }) => key));
        expect(listed).toEqual([...listed].sort(byBytes));
        for (const page of pages) expect(entriesOf(page).length).toBeLessThanOrEqual(asked.maxKeys);
        for (const page of pages.slice(1)) expect(entriesOf(page).length).toBeGreaterThan(0);
      }),
      { numRuns: 400 },
    ));

  test('passes a common prefix in one jump, however much lies under it', () => {
    const sorted = Array.from({ length: 10_000 }, (_, n) => `a/${n}`)
      .sort(byBytes)
      .concat('b');
    let reads = 0;
    const counted = function* (start: Uint8Array) {
      for (const object of readFrom(sorted, start)) {
        reads += 1;
        yield object;
      }
    };
    const page = listPage(counted, { prefix: '', delimiter: '/', from: Buffer.alloc(0), maxKeys: 1000 });
    expect(entriesOf(page)).toEqual(['object b', 'prefix a/']);
    expect(reads).toBe(2);
  });

  test('with no room for a key is empty and the last page', () => {
    const page = listPage((start) => readFrom(['a'], start), {
      prefix: '',
      delimiter: '',
      from: Buffer.alloc(0),
      maxKeys: 0,
    });
    expect(page).toEqual({ objects: [], commonPrefixes: [] });
  });
});
