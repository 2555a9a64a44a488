import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isNotModified, writeCondition } from '../../../local/aws/s3/preconditions.ts';
import { S3Error } from '../../../local/aws/s3/s3-error.ts';
import { parseTarget } from '../../../local/aws/s3/s3-request.ts';
import { strictEncode } from '../../../local/aws/s3/signature.ts';
import { headersToStore } from '../../../local/aws/s3/stored-object.ts';
import { readXml, writeXml } from '../../../local/aws/s3/xml.ts';

const wellFormed = fc.string({ unit: 'binary', maxLength: 60 }).filter((text) => text.isWellFormed());

describe('parseTarget()', () => {
  test('gives back every key that was encoded into a path', () =>
    fc.assert(
      fc.property(wellFormed, (key) => {
        const encoded = key.split('/').map(strictEncode).join('/');
        expect(parseTarget(`/bucket/${encoded}?list-type=2`)).toMatchObject({ bucket: 'bucket', key });
      }),
    ));

  test('gives back every query parameter', () =>
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            wellFormed.filter((name) => name !== ''),
            wellFormed,
          ),
        ),
        (pairs) => {
          const search = pairs.map(([name, value]) => `${strictEncode(name)}=${strictEncode(value)}`).join('&');
          expect(parseTarget(`/?${search}`).query).toEqual(pairs);
        },
      ),
    ));

  test.each([
    ['a/../b', '/bucket/a/../b'],
    ['./a', '/bucket/./a'],
    ['a//b', '/bucket/a//b'],
    ['/a', '/bucket//a'],
    ['a+b', '/bucket/a+b'],
    ['a%2Fb', '/bucket/a%252Fb'],
  ])('takes the key %s literally', (key, target) => {
    expect(parseTarget(target).key).toBe(key);
  });

  test.each([
    ['broken UTF-8', '/bucket/%ff', 'InvalidURI'],
    ['a broken percent', '/bucket/%', 'InvalidURI'],
    ['an absolute address', 'http://host/bucket', 'InvalidURI'],
    ['a bucket in upper case', '/Bucket/a', 'InvalidBucketName'],
    ['a key of 1,025 bytes', `/bucket/${'é'.repeat(512)}a`, 'KeyTooLongError'],
  ])('refuses %s', (_, target, code) => {
    expect(() => parseTarget(target)).toThrow(expect.objectContaining({ code }));
  });
});

describe('conditions', () => {
  const object = { etag: 'abc', modified: new Date('2026-01-01T00:00:00Z') };
  const at = 'Thu, 01 Jan 2026 00:00:00 GMT';
  const before = 'Wed, 31 Dec 2025 23:59:59 GMT';
  test.each([
    [{}, '200'],
    [{ 'if-match': '"abc"' }, '200'],
    [{ 'if-match': 'abc' }, '200'],
    [{ 'if-match': '*' }, '200'],
    [{ 'if-match': '"x", "abc"' }, '200'],
    [{ 'if-match': '"x"' }, '412'],
    [{ 'if-none-match': '"abc"' }, '304'],
    [{ 'if-none-match': 'W/"abc"' }, '304'],
    [{ 'if-none-match': '*' }, '304'],
    [{ 'if-none-match': '"x"' }, '200'],
    [{ 'if-modified-since': at }, '304'],
    [{ 'if-modified-since': before }, '200'],
    [{ 'if-modified-since': 'soon' }, '200'],
    [{ 'if-unmodified-since': at }, '200'],
    [{ 'if-unmodified-since': before }, '412'],
    [{ 'if-match': '"abc"', 'if-unmodified-since': before }, '200'],
    [{ 'if-none-match': '"x"', 'if-modified-since': at }, '200'],
    [{ 'if-none-match': '"abc"', 'if-modified-since': before }, '304'],
    [{ 'if-match': '"x"', 'if-none-match': '"abc"' }, '412'],
  ])('of a read %j end in %s', (headers, status) => {
    const read = () => (isNotModified(new Map(Object.entries(headers)), object) ? '304' : '200');
    if (status === '412') expect(read).toThrow(expect.objectContaining({ code: 'PreconditionFailed' }));
    else expect(read()).toBe(status);
  });

  const stored = { ...object, key: 'a', file: 'f', size: 1, headers: {} };
  test.each([
    [{}, stored, undefined],
    [{ 'if-none-match': '*' }, undefined, undefined],
    [{ 'if-none-match': '*' }, stored, 'PreconditionFailed'],
    [{ 'if-match': '"abc"' }, stored, undefined],
    [{ 'if-match': '"x"' }, stored, 'PreconditionFailed'],
    [{ 'if-match': '"abc"' }, undefined, 'NoSuchKey'],
    [{ 'if-none-match': '"abc"' }, undefined, 'NotImplemented'],
    [{ 'if-none-match': '*', 'if-match': '"abc"' }, stored, 'NotImplemented'],
  ])('of a write %j', (headers, current, code) => {
    const write = () => writeCondition(new Map(Object.entries(headers)))(current);
    if (code === undefined) write();
    else expect(write).toThrow(expect.objectContaining({ code }));
  });
});

describe('headersToStore()', () => {
  test('keeps what comes back with a GET, and nothing else', () => {
    const headers = { host: 'h', range: 'r', 'content-type': 'image/png', 'x-amz-meta-a': '1', expires: 'soon' };
    expect(headersToStore(new Map(Object.entries(headers)))).toEqual({
      'content-type': 'image/png',
      'x-amz-meta-a': '1',
      expires: 'soon',
    });
  });

  test.each([
    ['aws-chunked', undefined],
    ['aws-chunked,gzip', 'gzip'],
    ['gzip, aws-chunked', 'gzip'],
    ['br', 'br'],
  ])('takes the transport out of Content-Encoding: %s', (given, kept) => {
    expect(headersToStore(new Map([['content-encoding', given]]))['content-encoding']).toBe(kept);
  });

  test('refuses user metadata over 2 KB', () => {
    const headers = (bytes: number) => new Map([['x-amz-meta-note', 'x'.repeat(bytes - 'note'.length)]]);
    expect(() => headersToStore(headers(2049))).toThrow(expect.objectContaining({ code: 'MetadataTooLarge' }));
    expect(headersToStore(headers(2048))).toHaveProperty('x-amz-meta-note');
  });
});

describe('XML', () => {
  test('reads back every text that was written', () =>
    fc.assert(
      fc.property(wellFormed, wellFormed, (one, two) => {
        const root = readXml(writeXml('Delete', { Object: [{ Key: one }, { Key: two }], Quiet: true }));
        expect(root.children.map(({ name }) => name)).toEqual(['Object', 'Object', 'Quiet']);
        expect(root.children.flatMap(({ children }) => children.map(({ text }) => text))).toEqual([one, two]);
      }),
    ));

  test("is refused in S3's words when it is broken, and never otherwise", () =>
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('<', '>', '/', '&', ';', 'a', '#', '9', ' ', '"', '!', '?') }),
        (junk) => {
          try {
            readXml(junk);
          } catch (error) {
            expect(error).toBeInstanceOf(S3Error);
          }
        },
      ),
      { numRuns: 500 },
    ));

  test.each([
    ['nothing', ''],
    ['an open element', '<Delete>'],
    ['a cut tag', '<Delete></Delete'],
    ['crossed elements', '<a><b></a></b>'],
    ['two roots', '<a/><b/>'],
    ['a document type', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
    ['an unknown entity', '<a>&nbsp;</a>'],
    ['a character beyond Unicode', '<a>&#x110000;</a>'],
  ])('refuses %s', (_, document) => {
    expect(() => readXml(document)).toThrow(expect.objectContaining({ code: 'MalformedXML' }));
  });
});
