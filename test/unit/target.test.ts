import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isLocal, readTarget, type Target, writeTarget } from '../../src/target.ts';
import { temporaryFolder } from '../local/temporary-folder.ts';

const folder = temporaryFolder();
const target: Target = {
  target: 'local',
  stage: 'staging',
  region: 'us-east-1',
  imageUrl: 'http://127.0.0.1:1',
  apiUrl: 'http://127.0.0.1:2/resize',
  websiteUrl: 'http://127.0.0.1:3',
  buckets: { originals: 'a', derivatives: 'b' },
  function: { name: 'resize', alias: 'live' },
  distributionId: 'E1',
  s3: { endpoint: 'http://127.0.0.1:4', profile: 'local', credentialsFile: '/tmp/c' },
};

test('what is written is what is read', () => {
  expect(readTarget(writeTarget(target, join(folder, 'written.json')))).toEqual(target);
});

test.each([
  ['no file of that path', './x.json', '{}'],
  ['no environment of that name', 'moon', '{}'],
])('refuses %s, with what was given', (_, name) => {
  expect(() => readTarget(name)).toThrow(`TARGET is ${JSON.stringify(name)}: expected`);
});

test.each([
  ['is not JSON', 'text', 'is not JSON'],
  ['is null', 'null', 'target is undefined'],
  ['has no URL of the API', JSON.stringify({ ...target, apiUrl: undefined }), 'apiUrl is undefined'],
  ['has a URL without a scheme', JSON.stringify({ ...target, imageUrl: 'img.example.com' }), 'imageUrl is "img'],
  ['has no alias', JSON.stringify({ ...target, function: { name: 'resize' } }), 'function.alias is undefined'],
])('refuses a file that %s', (_, text, says) => {
  const path = join(folder, 'wrong.json');
  writeFileSync(path, text);
  expect(() => readTarget(path)).toThrow(says);
});

test('refuses a folder', () => {
  const path = join(folder, 'directory');
  mkdirSync(path);
  expect(() => readTarget(path)).toThrow(`TARGET is ${JSON.stringify(path)}: expected`);
});

test.each([
  ['every part on this machine', target, true],
  ['a public image host', { ...target, imageUrl: 'https://img.example.com' }, false],
  ['no S3 endpoint, so S3 itself', (({ s3: _, ...rest }) => rest)(target), false],
])('%s: local is %s', (_, given, expected) => {
  expect(isLocal(given)).toBe(expected);
});
