import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';
import { functionDirectory, templateFile } from './small-template.ts';

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

function run(...options: readonly string[]) {
  const child = spawn(process.execPath, ['local/main.ts', ...options], { cwd: join(import.meta.dirname, '../../..') });
  running.push(child);
  let output = '';
  const ended = once(child, 'close').then(([code]) => code as number | null);
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  return {
    child,
    ended,
    output: () => output,
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

describe('node local/main.ts', () => {
  test('prints one ready line with the addresses, serves, and ends cleanly on Ctrl-C', async () => {
    const targetFile = join(temporaryFolder(), 'local.json');
    const chain = run('--template', templateFile(), '--code', functionDirectory, '--port', '0', '--target', targetFile);
    const [, edge = ''] = await chain.line(/^ready {2}edge (\S+) {2}API \S+\/resize {2}website \S+ {2}S3 \S+$/m);
    expect((await fetch(`${edge}/999x999/a.jpg`)).status).toBe(404);
    expect(JSON.parse(readFileSync(targetFile, 'utf8'))).toMatchObject({ imageUrl: edge });
    expect(chain.output()).toContain('unknown facts of AWS: the likely settings');

    chain.child.kill('SIGINT');
    expect(await chain.ended).toBe(0);
    await expect(fetch(edge)).rejects.toThrow();
    expect(() => readFileSync(targetFile)).toThrow('ENOENT');
  });

  test('says which unlikely settings it was given', async () => {
    const targetFile = join(temporaryFolder(), 'local.json');
    const chain = run(
      '--template',
      templateFile(),
      '--code',
      functionDirectory,
      '--port',
      '0',
      '--target',
      targetFile,
      '--location-encoding',
      'twice',
      '--query-in-location',
      'yes',
    );
    await chain.line(/unknown facts of AWS: locationEncoding twice, queryInLocation true/);
  });

  test('explains itself', async () => {
    const chain = run('--help');
    expect(await chain.ended).toBe(0);
    expect(chain.output()).toContain('--pictures DIR');
  });

  test.each([
    [['--port', 'x'], '--port is "x": expected a whole number up to 65531'],
    [['--speed', '0'], '--speed is "0": expected a whole number from 1 up to 10000'],
    [['--schedules', 'maybe'], '--schedules is "maybe": expected yes, no'],
    [['--env', 'moon'], '--env is "moon": expected staging or prod'],
    [['--missing-key', '500'], '--missing-key is "500": expected 404, 403'],
    [['--pictures', '/nowhere'], '--pictures is "/nowhere": expected a folder that exists'],
    [['--template', '/nowhere.json'], 'No template at /nowhere.json'],
    [['--colour', 'blue'], "Unknown option '--colour'"],
  ])('refuses %j and says what it expected', async (options, message) => {
    const chain = run(...options);
    expect(await chain.ended).toBe(1);
    expect(chain.output()).toContain(message);
  });
});
