import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { findMemoryLimits, type MemoryLimits } from '../../bench/run/memory-limit.ts';

const found = await findMemoryLimits();
const reason = 'unavailable' in found ? found.unavailable : '';
const limits = found as MemoryLimits;

describe.skipIf(reason !== '')(`a memory limit of this machine${reason && ` (left out: ${reason})`}`, () => {
  /** Returns how a process ends that takes 200 MB. */
  async function hold(megabytes: number) {
    const limit = limits.create(megabytes);
    const { execPath, execArgv } = limit.launcher;
    const take = 'const held = Array.from({ length: 200 }, () => Buffer.alloc(2 ** 20, 1)); process.exit(held.length);';
    const { status, signal } = spawnSync(execPath, [...execArgv, '--eval', take]);
    const hasRunOutOfMemory = limit.hasRunOutOfMemory();
    await limit.remove();
    return { status, signal, hasRunOutOfMemory };
  }

  test('kills a process that takes more, and says that memory was the reason', async () => {
    expect(await hold(128)).toEqual({ status: null, signal: 'SIGKILL', hasRunOutOfMemory: true });
    expect(await hold(512)).toEqual({ status: 200, signal: null, hasRunOutOfMemory: false });
  });

  const groups = () => {
    const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .filter((line) => / - cgroup2? /.test(line))
      .map((line) => line.split(' ')[4] ?? '');
    return spawnSync('find', [...mounts, '-name', `bench-${process.pid}-*`], { encoding: 'utf8' }).stdout.trim();
  };

  test('is removed with its processes when the program is interrupted', async () => {
    const { launcher } = limits.create(128);
    const child = spawn(launcher.execPath, [...launcher.execArgv, '--eval', 'setInterval(() => {}, 1000)']);
    const ended = once(child, 'exit');
    // The shell has entered the group and become Node.
    const started = () => readFileSync(`/proc/${child.pid}/cmdline`, 'utf8').startsWith(process.execPath);
    await expect.poll(started).toBe(true);
    expect(groups()).not.toBe('');
    await limits.removeAll();
    expect(await ended).toEqual([null, 'SIGKILL']);
    expect(groups()).toBe('');
  });
});

describe('findMemoryLimits()', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cgroup-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('says why there is none', async () => {
    expect(await findMemoryLimits('darwin')).toEqual({ unavailable: 'darwin has no cgroups' });
    expect(await findMemoryLimits('linux', { mount: folder })).toMatchObject({
      unavailable: expect.stringContaining('no memory controller'),
    });
  });

  test('of version 2 writes the bytes into a group beside its own', async () => {
    // Plain files in place of the kernel's.
    for (const [file, content] of Object.entries({
      'user/cgroup.controllers': 'cpuset cpu io memory pids\n',
      'user/cgroup.subtree_control': 'cpu memory\n',
      'user/shell/cgroup.procs': '',
      own: '0::/user/shell\n',
    })) {
      mkdirSync(join(folder, 'two', file, '..'), { recursive: true });
      writeFileSync(join(folder, 'two', file), content);
    }
    const files = { mount: join(folder, 'two'), own: join(folder, 'two/own') };
    // The kernel empties the folder of a group when it is removed; plain files stay.
    expect(await findMemoryLimits('linux', files)).toMatchObject({ unavailable: expect.stringContaining('ENOTEMPTY') });
    const [made = ''] = readdirSync(join(folder, 'two/user')).filter((name) => name.startsWith('bench-'));
    expect(readFileSync(join(folder, 'two/user', made, 'memory.max'), 'utf8')).toBe(String(512 * 2 ** 20));
  });
});
