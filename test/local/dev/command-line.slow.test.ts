import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { functionDirectory, templateFile } from '../chain/small-template.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const aFile = import.meta.filename;
const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

function run(options: readonly string[]) {
  const temporary = temporaryFolder();
  const child = spawn(process.execPath, ['local/dev/main.ts', ...options], {
    cwd: join(import.meta.dirname, '../../..'),
    env: { ...process.env, TMPDIR: temporary },
  });
  running.push(child);
  let output = '';
  /** Its exit code, or the signal that ended it. */
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string);
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  return {
    child,
    ended,
    output: () => output,
    /** Files and folders that it keeps while it runs. */
    temporaryFiles: () => readdirSync(temporary),
    /** The first line that matches, as soon as it is there. */
    async line(pattern: RegExp): Promise<RegExpExecArray> {
      for (;;) {
        const match = pattern.exec(output);
        if (match) return match;
        const over = await Promise.race([ended.then(() => true), once(child.stdout, 'data').then(() => false)]);
        if (over && !pattern.test(output)) throw new Error(`The chain ended without ${pattern}: ${output}`);
      }
    },
  };
}

function runChain(options: readonly string[] = []) {
  const targetFile = join(temporaryFolder(), 'local.json');
  const own = ['--template', templateFile(), '--code', functionDirectory, '--port', '0', '--target', targetFile];
  return { targetFile, ...run([...own, ...options]) };
}

const readyLine = /^ready {2}edge (\S+) {2}API \S+\/resize {2}website \S+ {2}S3 \S+ {2}console (\S+)$/m;

describe('node local/dev/main.ts', () => {
  test('prints one ready line with the addresses, serves, and ends cleanly on Ctrl-C', async () => {
    const { targetFile, ...chain } = runChain();
    const [, edge = '', page = ''] = await chain.line(readyLine);
    expect((await fetch(`${edge}/999x999/a.jpg`)).status).toBe(404);
    expect((await fetch(page)).status).toBe(200);
    expect(chain.temporaryFiles()).not.toEqual([]);
    expect(JSON.parse(readFileSync(targetFile, 'utf8'))).toMatchObject({ imageUrl: edge });
    expect(chain.output()).toContain('unknown facts of AWS: the likely settings');

    chain.child.kill('SIGINT');
    expect(await chain.ended).toBe(0);
    await expect(fetch(edge)).rejects.toThrow();
    expect(() => readFileSync(targetFile)).toThrow('ENOENT');
    expect(chain.temporaryFiles()).toEqual([]);
  });

  test.each(['reading the template', 'starting S3', 'opening the endpoints'])(
    'leaves nothing when Ctrl-C comes while it is %s',
    async (step) => {
      const { targetFile, ...chain } = runChain();
      await chain.line(new RegExp(step));
      // Ctrl-C, pressed again and again.
      const pressing = setInterval(() => chain.child.kill('SIGINT'), 5);
      expect(await chain.ended).toBe(0);
      clearInterval(pressing);
      expect(chain.temporaryFiles()).toEqual([]);
      expect(() => readFileSync(targetFile)).toThrow('ENOENT');
    },
  );

  test('refuses wrong options before it starts', async () => {
    const chain = run(['--state', aFile]);
    expect(await chain.ended).toBe(1);
    expect(chain.output()).toBe(`--state is "${aFile}", which is a file: expected a folder, or a name for a new one\n`);
  });
});
