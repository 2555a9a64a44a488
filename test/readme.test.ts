/** A claim in the README is one that holds. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPart } from '../docs/generated.ts';
import { generatedParts } from '../infra/commands/docs.ts';
import { config } from '../src/config.ts';
import { allowedPresets } from '../src/core/presets.ts';
import { urlOf } from '../src/url.ts';

const root = join(import.meta.dirname, '..');
const pages = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/**/*.md', { cwd: join(import.meta.dirname, '..') })];
const read = (file: string) => readFileSync(join(root, file), 'utf8');

describe.each(pages)('%s', (page) => {
  const text = read(page);

  it('names only commands that the Makefile has', () => {
    const commands = [...read('Makefile').matchAll(/^([a-z0-9-]+):/gm)].map(([, command]) => command);
    const named = [...text.matchAll(/(?:`|^)make ([a-z][a-z0-9-]*)/gm)].map(([, command]) => command);
    expect(named.filter((command) => !commands.includes(command))).toEqual([]);
  });

  it('links to files that are there', () => {
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link]) =>
      join(root, page, '..', link ?? ''),
    );
    expect(links.filter((file) => !existsSync(file))).toEqual([]);
  });

  it('names paths that are there', () => {
    const paths = [...text.matchAll(/`((?:src|infra|bench|loadtest|dashboards|test|local|docs)\/[\w./-]+)`/g)].map(
      ([, path]) => path ?? '',
    );
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

it.each(Object.entries(generatedParts))('%s says what the code says (make docs writes it)', (file, parts) => {
  expect(Object.fromEntries(Object.keys(parts).map((name) => [name, readPart(file, name)]))).toEqual(parts);
});

describe('README.md', () => {
  it('asks for presets that are on the list', () => {
    const allowed = allowedPresets(config.presets);
    const asked = [...read('README.md').matchAll(/https:\/\/img\.example\.com\/([^/\s"]+)\//g)].map(
      ([, preset]) => preset ?? '',
    );
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.filter((preset) => !allowed.has(preset))).toEqual([]);
  });

  it('shows what imageUrl() gives', () => {
    const call = /imageUrl\('([^']+)', '([^']+)', '([^']+)'(?:, \{ version: '([^']+)' \})?\);\n\/\/ (\S+)/g;
    const calls = [...read('README.md').matchAll(call)];
    expect(calls).toHaveLength(2);
    for (const [, base = '', preset = '', key = '', version, url] of calls) {
      expect(urlOf(base, preset, key, version === undefined ? {} : { version })).toBe(url);
    }
  });
});
