import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeKey, type LocationEncoding } from '../../../local/aws/website/routing-rules.ts';
import { readKey } from '../../../src/core/location-encoding.ts';
import { aWebsite } from './a-website.ts';

/** What a client makes of a Location and what its query then is, byte for byte, at the API. */
function queryAfter(location: string): string {
  const text = Buffer.from(location, 'latin1').toString('utf8');
  return new URL(text.replace(/ +$/, '')).search.replace(/^\?key=/, '');
}

const readBack = (key: string, mode: LocationEncoding) =>
  readKey(queryAfter(`https://api.example/resize?key=${encodeKey(key, mode)}`), mode);

/** Pieces that hurt, and anything else that is valid UTF-8. */
const pieces = fc.constantFrom(
  ...['/', ' ', '+', '%', '%20', '%2B', '%25', '&', '=', '#', '?', "'", '"', '(', ')', '<', '>', '\\', '|', ';', ','],
  ...['ä', 'é', 'e\u0301', '×', '日本', '🐱', '\u00a0', '\u2028', '.', '..', 'a', 'x'],
);
const keys = fc
  .array(fc.oneof(pieces, fc.string({ unit: 'grapheme', maxLength: 3 })), { minLength: 1, maxLength: 12 })
  .map((parts) => `k${parts.join('')}`);

describe('the four encodings of a key in Location', () => {
  it.each([
    ['none', "a b+c%d&e'ä", "a b+c%d&e'\u00c3\u00a4"],
    ['once', "a b+c%d&e'ä/x", 'a%20b%2Bc%25d%26e%27%C3%A4/x'],
    ['form', "a b+c%d&e'ä/x", 'a+b%2Bc%25d%26e%27%C3%A4/x'],
    ['twice', 'a b+ä/x', 'a%2520b%252B%25C3%25A4/x'],
  ] as const)('%s writes %j as %j', (mode, key, written) => {
    expect(encodeKey(key, mode)).toBe(written);
  });

  it('none carries every key without "#", "%", control characters and spaces at the end', () => {
    const carried = keys.filter((key) => !/[#%\u0000-\u001f\u007f]| $/.test(key));
    fc.assert(
      fc.property(carried, (key) => readBack(key, 'none') === key),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['a#b', 'a', 'the client takes what is behind "#" for a fragment'],
    ['a%20b', 'a b', 'a literal %20 looks like an encoded space'],
    ['a ', 'a', 'a space at the end is trimmed off a header'],
  ])('none loses %j, which comes back as %j: %s', (key, read) => {
    expect(readBack(key, 'none')).toBe(read);
  });

  it('no mode lets a key end the header', async () => {
    for (const locationEncoding of ['none', 'once', 'form', 'twice'] as const) {
      const answer = await aWebsite({ switches: { locationEncoding } })('/200x200/a%0D%0ASet-Cookie:x');
      expect(answer.headers.location).toMatch(/^[\u0020-\u007e\u0080-\u00ff]+$/);
    }
  });

  it('the whole way: any path that asks for a key redirects to an API that reads this key', async () => {
    const paths = fc.array(fc.oneof(pieces, fc.string({ unit: 'grapheme', maxLength: 3 })), {
      minLength: 1,
      maxLength: 8,
    });
    for (const locationEncoding of ['once', 'form', 'twice'] as const) {
      const ask = aWebsite({ switches: { locationEncoding } });
      await fc.assert(
        fc.asyncProperty(paths, async (parts) => {
          const key = `200x200/${parts.join('')}x`;
          const { status, headers } = await ask(`/${encodeURIComponent(key)}`);
          return status === 307 && readKey(queryAfter(headers.location ?? ''), locationEncoding) === key;
        }),
        { numRuns: 200 },
      );
    }
  });
});
