import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { findQuota } from '../../bench/quota/cgroup.ts';
import { checkQuota, runsOutOfMemory, slowdownUnder } from '../../bench/quota/check-quota.ts';
import { removeGroups } from '../../bench/quota/group.ts';
import { keepCoresAwake } from '../../bench/quota/keep-awake.ts';

const found = await findQuota();
const reason = 'skipped' in found ? found.skipped : '';

describe.skipIf(reason !== '')(`a quota of this machine${reason && ` (left out: ${reason})`}`, () => {
  const quota = 'skipped' in found ? undefined : found;

  test('makes a loop under a quarter of a CPU take four times as long', async () => {
    if (!quota) return;
    // From 3.4, since the first slice is not waited for, to 10: other processes of the machine make it longer.
    const slowdowns: number[] = [];
    for (let run = 0; run < 3; run++) {
      slowdowns.push(await slowdownUnder(quota, { vcpus: 0.25, memoryMegabytes: 512 }, 500));
    }
    expect(Math.min(...slowdowns)).toBeGreaterThan(3.4);
    expect(Math.min(...slowdowns)).toBeLessThan(10);
  });

  test('ends a process that takes more memory than it may, and says that memory was the reason', async () => {
    if (!quota) return;
    await expect(runsOutOfMemory(quota, { vcpus: 1, memoryMegabytes: 128 }, 200)).resolves.toBe(true);
    await expect(runsOutOfMemory(quota, { vcpus: 1, memoryMegabytes: 512 }, 200)).resolves.toBe(false);
  });

  test('is believed after it has been seen to bite', async () => {
    if (!quota) return;
    await expect(checkQuota(quota)).resolves.toBeUndefined();
    const toothless = { ...quota, createGroup: () => quota.createGroup({ vcpus: 2, memoryMegabytes: 4096 }) };
    await expect(checkQuota(toothless)).resolves.toContain('expected');
  });

  const groups = () => {
    const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .filter((line) => / - cgroup2? /.test(line))
      .map((line) => line.split(' ')[4] ?? '');
    const found = spawnSync('find', [...mounts, '-name', `bench-${process.pid}-*`], { encoding: 'utf8' });
    return found.stdout.trim();
  };

  test('leaves no group behind', async () => {
    if (!quota) return;
    const group = quota.createGroup({ vcpus: 1, memoryMegabytes: 128 });
    expect(groups()).not.toBe('');
    await group.remove();
    expect(groups()).toBe('');
  });

  test('is gone with its processes when whoever made it is interrupted', async () => {
    if (!quota) return;
    const { launcher } = quota.createGroup({ vcpus: 1, memoryMegabytes: 128 });
    const child = spawn(launcher.execPath, [...launcher.execArgv, '--eval', 'setInterval(() => {}, 1000)']);
    const ended = once(child, 'exit');
    // The shell has put itself into the group and become Node.
    const started = () => readFileSync(`/proc/${child.pid}/cmdline`, 'utf8').startsWith(process.execPath);
    await expect.poll(started).toBe(true);
    await removeGroups();
    expect(await ended).toEqual([null, 'SIGKILL']);
    expect(groups()).toBe('');
  });
});

describe('findQuota()', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cgroup-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Plain files stand for the kernel's: what is written where can be read again. */
  function plainTree(version: 1 | 2, files: Readonly<Record<string, string>>): string {
    const root = join(folder, `v${version}`);
    for (const [file, content] of Object.entries(files)) {
      mkdirSync(join(root, file, '..'), { recursive: true });
      writeFileSync(join(root, file), content);
    }
    return root;
  }

  test('says which system has none', async () => {
    expect(await findQuota('darwin')).toEqual({ skipped: 'darwin has no cgroups: expected Linux' });
    expect(await findQuota('linux', { mounts: '1 0 0:1 / / rw - ext4 /dev/sda rw', own: '' })).toEqual({
      skipped: 'no cgroup controllers of CPU and memory are mounted',
    });
  });

  test('says what the kernel answered when it may not set one', async () => {
    const root = plainTree(1, { 'cpu/x': '', 'memory/x': '' });
    const mounts = [
      `30 1 0:1 / ${root}/cpu rw - cgroup cgroup rw,cpu`,
      `31 1 0:2 / /proc/self rw - cgroup cgroup rw,memory`,
    ].join('\n');
    const answer = await findQuota('linux', { mounts, own: '4:memory:/nowhere\n1:cpu:/' });
    expect(answer).toMatchObject({ skipped: expect.stringMatching(/^a quota of cgroup v1.*ENO.*expected root/) });
  });

  test('of version 2 writes the share of a 20 ms period and the bytes, beside the own group', async () => {
    const controllers = 'cpuset cpu io memory pids\n';
    const root = plainTree(2, {
      'user/cgroup.controllers': controllers,
      'user/cgroup.subtree_control': 'cpu memory\n',
      'user/shell/cgroup.procs': '',
      'cgroup.controllers': controllers,
      'cgroup.subtree_control': '\n',
    });
    const tree = { mounts: `30 1 0:1 / ${root} rw - cgroup2 cgroup2 rw`, own: '0::/user/shell\n' };
    // The kernel empties a group's folder when it is removed; plain files have to be taken away by hand.
    const quota = await findQuota('linux', tree).catch((error: Error) => error.message);
    expect(quota).toMatchObject({ skipped: expect.stringContaining('ENOTEMPTY') });
    const made = join(root, 'user', readdirNewest(join(root, 'user')));
    expect(readFileSync(join(made, 'cpu.max'), 'utf8')).toBe('10000 20000');
    expect(readFileSync(join(made, 'memory.max'), 'utf8')).toBe(String(512 * 2 ** 20));
  });
});

test.skipIf(process.platform !== 'linux')(
  'cores are kept awake by what takes time from nobody, and no longer than needed',
  async () => {
    const { pids, end } = keepCoresAwake();
    // chrt changes the class first and then becomes Node: field 41, and 5 is SCHED_IDLE (man 5 proc, man 7 sched).
    const policy = (pid: number) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[38];
    await expect.poll(() => pids.map(policy), { timeout: 20_000 }).toEqual(pids.map(() => '5'));
    await end();
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  },
);

function readdirNewest(parent: string): string {
  const [name = ''] = readdirSync(parent).filter((one) => one.startsWith('bench-'));
  return name;
}
