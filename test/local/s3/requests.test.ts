import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { listPage } from '../../../local/aws/s3/list-page.ts';
import { parseTarget } from '../../../local/aws/s3/request.ts';
import { S3Error } from '../../../local/aws/s3/s3-error.ts';
import type { ListedObject, ListPage } from '../../../local/aws/s3/store.ts';
import { readDelete, writeXml } from '../../../local/aws/s3/xml.ts';

const wellFormed = fc.string({ unit: 'binary', maxLength: 60 }).filter((text) => text.isWellFormed());

describe('parseTarget()', () => {
  test('returns every key that was encoded into a path', () =>
    fc.assert(
      fc.property(wellFormed, (key) => {
        const encoded = key.split('/').map(encodeURIComponent).join('/');
        expect(parseTarget(`/bucket/${encoded}?list-type=2`)).toMatchObject({ bucket: 'bucket', key });
      }),
    ));

  test('returns every query parameter', () =>
    fc.assert(
      fc.property(fc.array(fc.tuple(wellFormed.filter(Boolean), wellFormed)), (pairs) => {
        const search = pairs.map((pair) => pair.map(encodeURIComponent).join('=')).join('&');
        expect(parseTarget(`/?${search}`).query).toEqual(pairs);
      }),
    ));

  test.each([
    ['a/../b', '/bucket/a/../b'],
    ['a//b', '/bucket/a//b'],
    ['a+b', '/bucket/a+b'],
    ['a%2Fb', '/bucket/a%252Fb'],
  ])('takes the key %s literally', (key, target) => {
    expect(parseTarget(target).key).toBe(key);
  });

  test.each([
    ['broken UTF-8', '/bucket/%ff', 'InvalidURI'],
    ['a broken percent', '/bucket/%', 'InvalidURI'],
    ['a bucket in upper case', '/Bucket/a', 'InvalidBucketName'],
    ['a key of 1,025 bytes', `/bucket/${'é'.repeat(512)}a`, 'KeyTooLongError'],
  ])('refuses %s', (_, target, code) => {
    expect(() => parseTarget(target)).toThrow(expect.objectContaining({ code }));
  });
});

describe('readDelete()', () => {
  test('returns every key that was written', () =>
    fc.assert(
      fc.property(wellFormed, wellFormed, (one, two) => {
        const document = writeXml('Delete', { Object: [{ Key: one }, { Key: two }], Quiet: true });
        expect(readDelete(document)).toEqual({ keys: [one, two], quiet: true });
      }),
    ));

  test('refuses a broken document by an S3 error, and fails in no other way', () =>
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('<', '>', '/', '&', ';', 'a', '#', '9', ' ', '"', 'Key', 'Object') }),
        (junk) => {
          for (const document of [junk, `<Delete>${junk}</Delete>`]) {
            try {
              readDelete(document);
            } catch (error) {
              expect(error).toBeInstanceOf(S3Error);
            }
          }
        },
      ),
      { numRuns: 500 },
    ));

  test.each([
    ['nothing', ''],
    ['an open element', '<Delete>'],
    ['a document type', '<!DOCTYPE a [<!ENTITY b "c">]><Delete><Object><Key>&b;</Key></Object></Delete>'],
    ['a character beyond Unicode', '<Delete><Object><Key>&#x110000;</Key></Object></Delete>'],
  ])('refuses %s', (_, document) => {
    expect(() => readDelete(document)).toThrow(expect.objectContaining({ code: 'MalformedXML' }));
  });
});

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** Few letters, so that prefixes and delimiters meet; with characters whose order in UTF-16 is not that of their bytes. */
const letters = fc.constantFrom('a', 'b', '/', '-', '.', 'é', '\uffee', '😀');
const someKey = fc.string({ unit: letters, minLength: 1, maxLength: 5 });
const keys = fc.uniqueArray(someKey, { maxLength: 25 }).map((all) => all.sort(byBytes));

function* readFrom(sorted: readonly string[], start: Uint8Array): Generator<ListedObject> {
  for (const key of sorted) {
    if (Buffer.compare(Buffer.from(key), start) >= 0) yield { key, bytes: 0, etag: '', lastModified: 0 };
  }
}

interface Query {
  readonly prefix: string;
  readonly delimiter: string;
  readonly startAfter: string;
  readonly maxKeys: number;
}

function allPages(sorted: readonly string[], query: Query): ListPage[] {
  const pages: ListPage[] = [];
  let token: string | undefined;
  do {
    const page = listPage((start) => readFrom(sorted, start), { ...query, ...(token === undefined ? {} : { token }) });
    pages.push(page);
    token = page.next;
    if (pages.length > 60) throw new Error('The listing never ends');
  } while (token !== undefined);
  return pages;
}

/** What the API reference says of a list, written in the plainest way. */
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

  test('keeps byte order, and no page is over its limit or empty', () =>
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

  test('skips a common prefix in one jump, however many keys it has', () => {
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
    const page = listPage(counted, { delimiter: '/' });
    expect(entriesOf(page)).toEqual(['object b', 'prefix a/']);
    expect(reads).toBe(2);
  });
});
