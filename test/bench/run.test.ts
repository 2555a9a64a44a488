import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { findMemoryLimits, type MemoryLimits } from '../../bench/run/memory-limit.ts';
import { alternate, startWorker } from '../../bench/run/worker.ts';

const folder = mkdtempSync(join(tmpdir(), 'worker-'));
afterAll(() => rmSync(folder, { recursive: true }));

function program(name: string, body: string): string {
  const file = join(folder, `${name}.mjs`);
  const server = pathToFileURL(join(import.meta.dirname, '../../bench/run/work-server.ts')).href;
  writeFileSync(file, `import { serveWork } from '${server}';\n${body}`);
  return file;
}

/** Uses, sleeps or holds as much as the job says: milliseconds of CPU, milliseconds, megabytes. */
const load = program(
  'load',
  `serveWork(async ({ burn = 0, sleep = 0, hold = 0, fail }) => {
     let runs = 0;
     let before = 0;
     const held = [];
     return {
       beforeEach: () => before++,
       async run() {
         runs++;
         if (fail) throw new Error(fail);
         const from = process.cpuUsage();
         for (let used = 0; used < burn * 1000; ) { const { user, system } = process.cpuUsage(from); used = user + system; }
         if (hold) held.push(Buffer.alloc(hold * 1e6, 1));
         await new Promise((resolve) => setTimeout(resolve, sleep));
       },
       product: () => ({ runs, before, setting: process.env.SETTING, secret: process.env.SECRET }),
     };
   });`,
);

test('a worker measures CPU time, not the time that it slept', async () => {
  const worker = await startWorker<object>(load, {});
  const { medianCpuMilliseconds } = await worker.measure({ burn: 40 });
  const slept = await worker.measure({ sleep: 200 });
  await worker.close();
  expect(medianCpuMilliseconds).toBeGreaterThanOrEqual(40);
  expect(slept.medianCpuMilliseconds).toBeLessThan(medianCpuMilliseconds);
});

test('a worker returns a sample for each run after the warm-up', async () => {
  const worker = await startWorker<object>(load, {});
  const once = await worker.measure({ burn: 10 });
  const four = await worker.measure({ burn: 10 }, { runs: 4, warmUp: 2 });
  await worker.close();
  expect(once.product).toMatchObject({ runs: 1, before: 1 });
  expect(four.product).toMatchObject({ runs: 6, before: 6 });
  expect(four.cpuMilliseconds).toHaveLength(4);
  expect(Math.min(...four.cpuMilliseconds)).toBeGreaterThanOrEqual(10);
  expect(four.medianCpuMilliseconds).toBeGreaterThanOrEqual(Math.min(...four.cpuMilliseconds));
  expect(four.medianCpuMilliseconds).toBeLessThanOrEqual(Math.max(...four.cpuMilliseconds));
});

test('a worker sees its own peak of memory, and not that of the process that started it', async () => {
  const ballast = Buffer.alloc(300e6, 1);
  const worker = await startWorker<object>(load, {});
  const before = await worker.measure({});
  const after = await worker.measure({ hold: 100 });
  await worker.close();
  expect(ballast.length).toBe(300e6);
  expect(before.peakRssMegabytes).toBeLessThan(200);
  expect(after.peakRssMegabytes - before.peakRssMegabytes).toBeGreaterThan(90);
});

test('a worker has the variables that it is given and no others of ours', async () => {
  process.env.SECRET = 'ours';
  const worker = await startWorker<object>(load, { SETTING: 'given' });
  const { product } = await worker.measure({});
  await worker.close();
  delete process.env.SECRET;
  expect(product).toMatchObject({ setting: 'given' });
  expect(product).not.toHaveProperty('secret');
});

test('a job that fails says so, and the worker goes on', async () => {
  const worker = await startWorker<object>(load, {});
  await expect(worker.measure({ fail: 'no such image' })).rejects.toThrow('no such image');
  await expect(worker.measure({})).resolves.toMatchObject({ product: { runs: 1 } });
  await worker.close();
});

test('a worker that is killed in its work is reported so, and can be closed', async () => {
  const killed = program(
    'killed',
    "serveWork(async () => ({ async run() { process.kill(process.pid, 'SIGKILL'); await new Promise(() => {}); } }));",
  );
  const worker = await startWorker<object>(killed, {});
  await expect(worker.measure({})).rejects.toThrow('was ended by SIGKILL before it answered');
  await worker.close();
});

test('a worker is killed after its timeout', async () => {
  const worker = await startWorker<object>(
    load,
    {},
    {
      execPath: process.execPath,
      execArgv: [],
      timeoutMilliseconds: 2000,
    },
  );
  await expect(worker.measure({ sleep: 600_000 })).rejects.toThrow('was ended by SIGKILL before it answered');
  await worker.close();
});

test('alternate() reverses the order each round, and keeps the results apart', async () => {
  const order: string[] = [];
  const contestant = (name: string) => async () => {
    order.push(name);
    return `${name}${order.length}`;
  };
  const results = await alternate([contestant('a'), contestant('b'), contestant('c')], 3);
  expect(order.join('')).toBe('abccbaabc');
  expect(results).toEqual([
    ['a1', 'a6', 'a7'],
    ['b2', 'b5', 'b8'],
    ['c3', 'c4', 'c9'],
  ]);
});

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
