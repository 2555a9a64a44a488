import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { config } from '../../../src/config.ts';
import { derivativeKey, parseImagePath } from '../../../src/core/image-path.ts';
import { allowedPresets } from '../../../src/core/presets.ts';
import { srcSet, urlOf } from '../../../src/url.ts';
import { acceptedKeys, anyAcceptedKey, refusedKeys } from './keys.ts';

const allowed = allowedPresets(config.presets);
const parse = (path: string) => parseImagePath(path, allowed);
const codeOf = (path: string) => {
  try {
    parse(path);
    return undefined;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('parseImagePath()', () => {
  it.each(acceptedKeys)('accepts the key %j as it is', (key) => {
    expect(parse(`200x200/${key}`)).toMatchObject({ key, preset: { name: '200x200' } });
  });

  it('adds a version, encoded as one value', () => {
    const url = urlOf('https://img.example.com', '48x48', 'a.jpg', { version: '"9b2c" é&key=#+' });
    expect(url).toBe('https://img.example.com/48x48/a.jpg?v=%229b2c%22%20%C3%A9%26key%3D%23%2B');
    expect(new URL(url).searchParams.get('v')).toBe('"9b2c" é&key=#+');
  });

  it.each([
    ['', 'is empty'],
    ['v'.repeat(1025), 'is longer than 1024 characters'],
    ['\ud800', 'is not valid UTF-8'],
  ])('refuses the version %j, which %s', (version, fault) => {
    expect(() => urlOf('https://img.example.com', '48x48', 'a.jpg', { version })).toThrow(fault);
  });

  it.each(refusedKeys)('refuses the key %j, which %s', (key, fault) => {
    expect(() => parse(`200x200/${key}`)).toThrow(fault);
    expect(codeOf(`200x200/${key}`)).toBe('key-malformed');
  });

  it.each(['._a.jpg', 'profile/._ann.jpg'])('refuses %j, which is an AppleDouble file', (key) => {
    expect(codeOf(`200x200/${key}`)).toBe('type-unsupported');
    expect(parse(`200x200/._folder/a._b.jpg`).key).toBe('._folder/a._b.jpg');
  });

  it.each([
    '0200x200',
    '200X200',
    '+200x200',
    '200x0',
    'x200',
    '20000x1',
    '200×200',
    '٢٠٠x200',
    '200x200.',
    '200x200.WEBP',
    'profile',
    '',
    ' 200x200',
  ])('refuses %j as the form of a preset', (name) => expect(codeOf(`${name}/a.jpg`)).toBe('key-malformed'));

  it.each(['999x1', '200x', '201x200', '200x200.jpg', '200x200.gif', '9999x'])(
    'refuses the preset %j, which is not on the list, and names those that are',
    (name) => {
      expect(codeOf(`${name}/a.jpg`)).toBe('preset-unlisted');
      expect(() => parse(`${name}/a.jpg`)).toThrow(`"${name}" is not on the list: expected one of 48x48, 48x48.webp`);
    },
  );

  it('cuts the preset off once, so that a key may begin with one', () => {
    expect(parse('200x200/400x400/a.jpg').key).toBe('400x400/a.jpg');
  });

  it('does not accept what an object inherits as a preset', () => {
    for (const name of ['constructor', '__proto__', 'toString']) expect(codeOf(`${name}/a.jpg`)).toBe('key-malformed');
  });

  it('gives back what derivativeKey() was given, for any key and preset', () => {
    fc.assert(
      fc.property(anyAcceptedKey, fc.constantFrom(...allowed.values()), (key, preset) => {
        expect(parse(derivativeKey({ preset, key }))).toEqual({ preset, key });
      }),
    );
  });

  it('either parses or refuses any string at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect([undefined, 'key-malformed', 'preset-unlisted']).toContain(codeOf(text));
        expect([undefined, 'key-malformed', 'preset-unlisted']).toContain(codeOf(`200x200/${text}`));
      }),
      { numRuns: 300 },
    );
  });
});

describe('urlOf()', () => {
  it('encodes each segment so strictly that S3 cannot read another key', () => {
    expect(urlOf('https://img.example.com', '200x200', "a b/c+d&e#f?g%20'(h)!*.jpg")).toBe(
      'https://img.example.com/200x200/a%20b/c%2Bd%26e%23f%3Fg%2520%27%28h%29%21%2A.jpg',
    );
  });

  it('takes a base with or without a slash at its end', () => {
    expect(urlOf('https://img.example.com//', '48x48', 'a.jpg')).toBe('https://img.example.com/48x48/a.jpg');
  });

  it.each(refusedKeys)('refuses the key %j, which %s', (key, fault) => {
    expect(() => urlOf('https://img.example.com', '200x200', key)).toThrow(fault);
  });

  it('asks S3 for exactly the key that is put, through any URL parser, for any key', () => {
    fc.assert(
      fc.property(anyAcceptedKey, (key) => {
        const { pathname, search, hash } = new URL(urlOf('https://img.example.com', '200x200', key));
        // The website endpoint reads a raw plus as a space.
        const asked = decodeURIComponent(pathname.slice(1).replaceAll('+', ' '));
        expect({ asked, search, hash }).toEqual({ asked: `200x200/${key}`, search: '', hash: '' });
      }),
      { numRuns: 1000 },
    );
  });
});

describe('srcSet()', () => {
  const base = 'https://img.example.com';

  it('gives width presets their width', () => {
    expect(srcSet(base, 'a b.jpg', ['640x.webp', '1280x.webp'])).toBe(
      `${base}/640x.webp/a%20b.jpg 640w, ${base}/1280x.webp/a%20b.jpg 1280w`,
    );
  });

  it('gives each the version', () => {
    expect(srcSet(base, 'a.jpg', ['200x200', '400x400'], { version: '7' })).toBe(
      `${base}/200x200/a.jpg?v=7 1x, ${base}/400x400/a.jpg?v=7 2x`,
    );
  });

  it('gives others a multiple of the first', () => {
    expect(srcSet(base, 'a.jpg', ['200x200', '400x400'])).toBe(`${base}/200x200/a.jpg 1x, ${base}/400x400/a.jpg 2x`);
  });
});
