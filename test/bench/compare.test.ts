import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { checkOut, commitOf, measurePairs } from '../../bench/compare/main.ts';
import { comparePairs } from '../../bench/compare/verdict.ts';
import { type LocalS3, startLocalS3 } from '../../bench/run/call-lambda.ts';
import { buildLambda, compileProgram } from '../../bench/run/compile.ts';
import { bundleVariable } from '../../bench/run/invocation.ts';

// Dozens of processes are started one after the other.
vi.setConfig({ testTimeout: 300_000 });

const root = join(import.meta.dirname, '../..');

describe('measurePairs()', () => {
  const folder = join(root, `.cache/test-compare-${process.pid}`);
  let s3: LocalS3;
  let program: string;
  let variables: Record<string, string>;

  beforeAll(async () => {
    mkdirSync(folder, { recursive: true });
    variables = buildLambda(root, folder);
    program = await compileProgram('bench/run/lambda-calls.ts');
    s3 = await startLocalS3();
  }, 120_000);
  afterAll(async () => {
    await s3?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('sees that a version works longer and starts no later', async () => {
    const file = join(folder, 'grey.jpg');
    await sharp({ create: { width: 200, height: 200, channels: 3, background: '#808080' } })
      .jpeg()
      .toFile(file);
    const one = {
      photo: 'grey.jpg',
      preset: '100x100',
      weight: 1,
      file,
      originalKey: 'grey.jpg',
      pixels: 40_000,
      bytesIn: statSync(file).size,
    };
    await s3.putOriginal('grey.jpg', file);
    // The same Lambda, with 60 ms of work around it.
    const slow = join(folder, 'slow.mjs');
    writeFileSync(
      slow,
      `import { handler as real } from '${pathToFileURL(variables[bundleVariable] ?? '').href}';
       export async function handler(event, context) {
         const from = process.cpuUsage();
         for (let used = 0; used < 60_000; ) { const { user, system } = process.cpuUsage(from); used = user + system; }
         return real(event, context);
       }`,
    );
    const base = { s3, program, variables: { ...variables, ...s3.variables } };
    const ours = { ...base, variables: { ...base.variables, [bundleVariable]: slow } };
    const silent = { expect() {}, step() {}, seconds: () => 0, end() {} };
    const pairs = await measurePairs({ base, ours }, [one], { rounds: 7, warmUp: 0, runs: 2 }, silent);
    const [calls, memory, start] = comparePairs(pairs);
    expect(calls).toMatchObject({ what: 'grey.jpg 100x100', verdict: 'worse' });
    expect(memory).toMatchObject({ what: 'peak memory of grey.jpg 100x100', unit: 'MB' });
    expect(calls?.ratio).toBeGreaterThan(2);
    expect(start?.what).toBe('start of a process');
    expect(start?.ratio).toBeLessThan(2);
  });
});

describe('checkOut()', () => {
  const repository = mkdtempSync(join(tmpdir(), 'compare-'));
  const git = (...words: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...words], {
      cwd: repository,
      encoding: 'utf8',
    }).trim();

  beforeAll(() => {
    git('init', '--quiet');
    writeFileSync(join(repository, 'package-lock.json'), '{}');
    writeFileSync(join(repository, 'code.ts'), 'old');
    mkdirSync(join(repository, 'node_modules'));
    git('add', 'package-lock.json', 'code.ts');
    git('commit', '--quiet', '--message', 'old');
    writeFileSync(join(repository, 'code.ts'), 'new');
  });
  afterAll(() => rmSync(repository, { recursive: true }));

  test('has the files of the ref and the packages of the working tree, and leaves no trace in git', () => {
    const folder = join(repository, 'node_modules/checkout');
    const commit = commitOf(repository, 'HEAD');
    expect(commit).toBe(git('rev-parse', 'HEAD'));
    checkOut(repository, commit, folder);
    expect(readFileSync(join(folder, 'code.ts'), 'utf8')).toBe('old');
    expect(readFileSync(join(repository, 'code.ts'), 'utf8')).toBe('new');
    expect(statSync(join(folder, 'node_modules')).ino).toBe(statSync(join(repository, 'node_modules')).ino);
    expect(git('worktree', 'list').split('\n')).toHaveLength(1);
  });

  test.each(['', 'nowhere', '--all'])('refuses the ref %j', (ref) => {
    expect(() => commitOf(repository, ref)).toThrow(`BASE is "${ref}": expected a commit, a tag or a branch`);
  });
});

describe('bench-compare', () => {
  const run = (...words: string[]) =>
    spawnSync(process.execPath, [join(root, 'bench/compare/main.ts'), ...words], { encoding: 'utf8' });

  test.each([
    [['--base', 'nowhere'], 'BASE is "nowhere": expected a commit, a tag or a branch'],
    [['--base', 'HEAD', '--rounds', '4'], '--rounds is 4: expected a number from 7'],
  ])('ends with 2, not with the 1 of a worse version, when given %j', (words, message) => {
    const { status, stderr } = run(...words);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });
});
