import fc from 'fast-check';

/** Keys that people really upload, and the ones that have broken services like this one. All of them are served. */
export const acceptedKeys = [
  'ann.jpg',
  'profile/ann.jpg',
  'My Holiday/IMG 0001.JPG',
  'a+b.jpg',
  '100%.jpg',
  'a%20b.jpg',
  'a%2Fb.jpg',
  'a&b=c.jpg',
  'key=200x200/a.jpg',
  'a#b.jpg',
  'what?.jpg',
  `it's "quoted".jpg`,
  'a(1)[2]{3}.jpg',
  'a!b*c,d;e:f@g$h.jpg',
  'a|b^c`d<e>f.jpg',
  'smile-😀.jpg',
  'caf\u00e9.jpg',
  'cafe\u0301.jpg',
  'фото/木.png',
  '200x200/a.jpg',
  '200x200.webp/200x200/a.jpg',
  '...',
  'a/...b/c..jpg',
  ' leading and trailing ',
  '~tilde-_.jpg',
  `${'k'.repeat(1024 - '200x200/'.length)}`,
  `${'é'.repeat(508)}`,
] as const;

/** What no chain of URL parsers carries unchanged, with the fault that the refusal names. */
export const refusedKeys = [
  ['', 'names no original'],
  ['/a.jpg', 'empty segment'],
  ['a//b.jpg', 'empty segment'],
  ['a/', 'empty segment'],
  ['./a.jpg', 'dot segment'],
  ['a/../b.jpg', 'dot segment'],
  ['..', 'dot segment'],
  ['a\\b.jpg', 'backslash'],
  ['a\u0000b.jpg', 'control character'],
  ['a\r\nb.jpg', 'control character'],
  ['a\u007fb.jpg', 'control character'],
  ['a\u0085b.jpg', 'control character'],
  ['a\ud800b.jpg', 'UTF-8'],
  ['\udc00', 'UTF-8'],
  ['k'.repeat(1025 - '200x200/'.length), 'longer than 1024 bytes'],
  ['é'.repeat(509), 'longer than 1024 bytes'],
] as const;

const hostile = ' +%&#?=\'"()[]{}!*,;:@$|^`<>~.-_0aZéя木😀\u0301';

/** Accepted keys made of the characters that break things, among any others. */
export const anyAcceptedKey = fc
  .array(
    fc
      .string({
        unit: fc.oneof(
          { weight: 3, arbitrary: fc.constantFrom(...hostile) },
          { weight: 1, arbitrary: fc.constantFrom('%20', '%2B', '%25', '%C3%A9', '%zz', 'key=', '200x200') },
          { weight: 1, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }) },
        ),
        minLength: 1,
        maxLength: 12,
      })
      .filter((segment) => segment !== '.' && segment !== '..' && !/[/\\\u0000-\u001f\u007f-\u009f]/.test(segment)),
    { minLength: 1, maxLength: 4 },
  )
  .map((segments) => segments.join('/'))
  // Of AppleDouble files, which are refused by their name.
  .filter((key) => !/(?:^|\/)\._[^/]*$/.test(key));
