import { expect, test } from 'vitest';
import { addressOf } from '../../../local/chain/presets.ts';

test.each([
  ['a b+c.jpg', '/200x200/a%20b%2Bc.jpg'],
  ["o'hara (1)!*.jpg", '/200x200/o%27hara%20%281%29%21%2A.jpg'],
  ['profil/ä%20.jpg', '/200x200/profil/%C3%A4%2520.jpg'],
])('addressOf() encodes %s so that S3 reads exactly that key', (key, path) => {
  expect(addressOf('http://e', '200x200', key)).toBe(`http://e${path}`);
});
