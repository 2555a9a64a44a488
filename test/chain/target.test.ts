import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../local/temporary-folder.ts';
import { readTarget } from './target.ts';

const folder = temporaryFolder();
const target = {
  imageUrl: 'http://127.0.0.1:1',
  apiUrl: 'http://127.0.0.1:2/resize',
  websiteUrl: 'http://127.0.0.1:3',
  buckets: { originals: 'a', derivatives: 'b' },
  region: 'us-east-1',
};

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('readTarget()', () => {
  it('reads a file by its path', () => {
    expect(readTarget(write('right.json', JSON.stringify(target)))).toEqual(target);
  });

  it.each([
    ['./x.json', /^TARGET is "\.\/x\.json", and \/.*\/x\.json is not there: expected a target file/],
    ['X', /^TARGET is "X", and \/.*\/X is not there: expected a target file/],
    [
      'moon',
      /^TARGET is "moon", .*moon\.json is not there: expected local, staging, prod or the path of a target file$/,
    ],
  ])('says of TARGET=%s what was given and what was expected', (name, message) => {
    expect(() => readTarget(name)).toThrow(message);
  });

  it('says of a file that is no target what it lacks', () => {
    const { apiUrl: _, ...lacking } = target;
    const directory = join(folder, 'directory');
    mkdirSync(directory);
    expect(() => readTarget(write('lacking.json', JSON.stringify(lacking)))).toThrow('lacking.json has no apiUrl');
    expect(() => readTarget(write('null.json', 'null'))).toThrow('null.json has no imageUrl: expected a target file');
    expect(() => readTarget(write('text.json', 'text'))).toThrow('text.json cannot be read: expected a target file');
    expect(() => readTarget(directory)).toThrow('directory cannot be read: expected a target file');
  });
});
