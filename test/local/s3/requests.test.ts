import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseTarget } from '../../../local/aws/s3/request.ts';
import { S3Error } from '../../../local/aws/s3/s3-error.ts';
import { readDelete, writeS3Xml } from '../../../local/aws/s3/xml.ts';

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
  test('returns every object that was written', () =>
    fc.assert(
      fc.property(wellFormed, wellFormed, (one, two) => {
        const objects = [{ Key: one, ETag: two, VersionId: one }, { Key: two }];
        const document = writeS3Xml('Delete', { Object: objects, Quiet: true });
        expect(readDelete(document)).toEqual({
          objects: [{ key: one, ifMatch: two, version: one }, { key: two }],
          quiet: true,
        });
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
