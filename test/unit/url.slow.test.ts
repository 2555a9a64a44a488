/** The front end's file: it stands alone, and its presets are those of the config. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imageUrl } from '../../src/url.ts';

const root = join(import.meta.dirname, '../..');
const base = 'https://img.example.com';

describe('dist/url.js', () => {
  const folder = mkdtempSync(join(tmpdir(), 'front-end-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  beforeAll(() => execFileSync('make', ['build-url', `OUT=${folder}`], { cwd: root, stdio: 'pipe' }));

  function compile(code: string): string {
    writeFileSync(join(folder, 'page.ts'), `import { imageUrl } from './url.js';\n${code}\n`);
    const options = ['--ignoreConfig', '--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2022'];
    return spawnSync(join(root, 'node_modules/.bin/tsc'), ['page.ts', ...options], { cwd: folder, encoding: 'utf8' })
      .stdout;
  }

  it('compiles in a strict project of another', () => {
    expect(compile(`export const url: string = imageUrl('${base}', '200x200', 'a.jpg');`)).toBe('');
  });

  it('does not compile with a preset that is not on the list', () => {
    expect(compile(`export const url = imageUrl('${base}', '201x201', 'a.jpg');`)).toContain('TS2345');
  });

  it('is a module that a browser can load: no import, the same URL', async () => {
    expect(readFileSync(join(folder, 'url.js'), 'utf8')).not.toMatch(/^import /m);
    const built = await import(join(folder, 'url.js'));
    expect(built.imageUrl(base, '200x200', 'ä/+.jpg')).toBe(imageUrl(base, '200x200', 'ä/+.jpg'));
  });
});
