import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { config, type LocationEncoding } from '../../../src/config.ts';
import { parseImagePath } from '../../../src/core/image-path.ts';
import { readKey } from '../../../src/core/location-encoding.ts';
import { allowedPresets } from '../../../src/core/presets.ts';
import { askedKey, encodingAdvice, modesThatFit, oddKeys } from '../../chain/smoke/encoding.ts';
import { acceptedKeys, anyAcceptedKey } from './keys.ts';

const allowed = allowedPresets(config.presets);
const modes = ['none', 'once', 'form', 'twice'] as const;

/** What S3 may do when it puts a key into Location, written here once more, as the other side. Slashes stay. */
const write: Record<LocationEncoding, (key: string) => string> = {
  none: (key) => key,
  once: (key) => encodeURIComponent(key).replaceAll('%2F', '/'),
  form: (key) => new URLSearchParams({ k: key }).toString().slice(2).replaceAll('%2F', '/'),
  twice: (key) => encodeURIComponent(encodeURIComponent(key)).replaceAll('%252F', '/'),
};

/** The raw query that reaches API Gateway when a client follows the redirect: through a real URL parser. */
function askedBy(key: string, mode: LocationEncoding): string | undefined {
  const { search } = new URL(`https://api.example.com/resize?key=${write[mode](key)}`);
  return search.slice('?key='.length) || undefined;
}

/** What a URL cannot carry raw: the fragment, escapes that a client would make itself, and blanks at the end. */
const carriedRaw = (key: string) =>
  !key.includes('#') && !/%[89a-f][0-9a-f]|%2[027]|%3[ce]/i.test(key) && key === key.trimEnd();

const open = (written: string | undefined, mode: LocationEncoding) => parseImagePath(readKey(written, mode), allowed);

describe('readKey()', () => {
  describe.each(modes)('with locationEncoding %s', (mode) => {
    const carried = acceptedKeys.filter((key) => mode !== 'none' || carriedRaw(key));

    it.each(carried)('opens exactly the original %j when a website redirect asks for it', (key) => {
      expect(open(askedBy(`200x200/${key}`, mode), mode).key).toBe(key);
    });

    it('opens exactly the asked original for any key', () => {
      const keys = mode === 'none' ? anyAcceptedKey.filter(carriedRaw) : anyAcceptedKey;
      fc.assert(
        fc.property(keys, (key) => {
          expect(open(askedBy(`200x200/${key}`, mode), mode).key).toBe(key);
        }),
        { numRuns: 1000 },
      );
    });

    it('reads a plain key right whatever mode S3 is in', () => {
      const plain = fc.stringMatching(
        /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,20}(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]{0,20}){0,3}$/,
      );
      fc.assert(
        fc.property(plain, fc.constantFrom(...modes), (key, real) => {
          expect(open(askedBy(`200x200/${key}`, real), mode).key).toBe(key);
        }),
      );
    });

    it('reads a key of another mode as a valid key or refuses it with a 4xx', () => {
      fc.assert(
        fc.property(anyAcceptedKey, fc.constantFrom(...modes), (key, real) => {
          try {
            open(askedBy(`200x200/${key}`, real), mode);
          } catch (error) {
            expect(error).toMatchObject({ isFault: false });
          }
        }),
        { numRuns: 1000 },
      );
    });
  });

  it.each([undefined, ''])('asks for a key when it gets %j', (written) => {
    expect(() => readKey(written, 'once')).toThrow('No key was given');
  });

  it.each([
    ['once', '200x200/%ff.jpg'],
    ['once', '200x200/%E0%A4%A.jpg'],
    ['once', '200x200/%ED%A0%80.jpg'],
    ['once', '200x200/100%.jpg'],
    ['form', '200x200/%C0%AE.jpg'],
    ['twice', '200x200/100%25.jpg'],
    ['none', '200x200/%ff.jpg'],
  ] as const)('in mode %s refuses %j, which is not percent-encoded UTF-8', (mode, written) => {
    expect(() => readKey(written, mode)).toThrow('is not percent-encoded UTF-8');
  });
});

const location = (written: string) => `https://api.example.com/resize?key=200x200/${written}`;
const inMode = (write: (key: string) => string) =>
  oddKeys.map((key) => ({
    path: `200x200/${key}`,
    written: askedKey(new URL(location(write(key)))),
  }));

describe('modesThatFit()', () => {
  it.each<[string, (key: string) => string]>([
    ['none', (key) => key],
    ['once', encodeURIComponent],
    ['form', (key) => encodeURIComponent(key).replaceAll('%20', '+')],
    ['twice', (key) => encodeURIComponent(encodeURIComponent(key))],
  ])('finds %s first, by ten odd keys', (mode, write) => expect(modesThatFit(inMode(write))[0]).toBe(mode));

  it('tells once from form by a plus that S3 leaves alone', () => {
    expect(modesThatFit(inMode((key) => encodeURIComponent(key).replaceAll('%2B', '+')))).not.toContain('form');
  });

  it('finds none in what no mode writes', () =>
    expect(modesThatFit(inMode((key) => btoa(encodeURIComponent(key))))).toEqual([]));
});

describe('encodingAdvice()', () => {
  it('says nothing when the set mode is seen', () => expect(encodingAdvice(['once'], 'once')).toBeUndefined());
  it('names the line to set when another is seen', () => {
    expect(encodingAdvice(['twice'], 'once')).toBe("set locationEncoding: 'twice' in src/config.ts and deploy");
  });
  it('asks for help when none is seen', () => expect(encodingAdvice([], 'once')).toContain('open an issue'));
});
