import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { startWorker } from '../../../bench/worker.ts';

const folder = mkdtempSync(join(tmpdir(), 'worker-'));
afterAll(() => rmSync(folder, { recursive: true }));

function program(name: string, body: string): string {
  const file = join(folder, `${name}.mjs`);
  const server = pathToFileURL(join(import.meta.dirname, '../../../bench/work-server.ts')).href;
  writeFileSync(file, `import { serveWork } from '${server}';\n${body}`);
  return file;
}

/** Busy for as many milliseconds of CPU as the job says; or asleep for them; or holds as many megabytes. */
const laboratory = program(
  'laboratory',
  `serveWork(async ({ burn = 0, sleep = 0, hold = 0, fail }) => {
     let runs = 0;
     const held = [];
     return {
       async run() {
         runs++;
         if (fail) throw new Error(fail);
         const from = process.cpuUsage();
         for (let used = 0; used < burn * 1000; ) { const { user, system } = process.cpuUsage(from); used = user + system; }
         if (hold) held.push(Buffer.alloc(hold * 1e6, 1));
         await new Promise((resolve) => setTimeout(resolve, sleep));
       },
       product: () => ({ runs, setting: process.env.SETTING, secret: process.env.SECRET }),
     };
   });`,
);

test('a worker measures CPU time, not the time that it slept', async () => {
  const worker = await startWorker<object>(laboratory, {});
  const burnt = await worker.measure({ burn: 40 });
  const slept = await worker.measure({ sleep: 200 });
  await worker.close();
  expect(burnt.cpuMilliseconds).toBeGreaterThanOrEqual(40);
  expect(burnt.cpuMilliseconds).toBeLessThan(120);
  expect(slept.cpuMilliseconds).toBeLessThan(100);
  expect(slept.wallMilliseconds).toBeGreaterThanOrEqual(195);
});

test('a worker prepares each job once and gives the mean of its runs', async () => {
  const worker = await startWorker<object>(laboratory, {});
  const once = await worker.measure({ burn: 10 });
  const fourTimes = await worker.measure({ burn: 10 }, 4);
  await worker.close();
  expect(once.product).toMatchObject({ runs: 1 });
  expect(fourTimes.product).toMatchObject({ runs: 5 });
  expect(fourTimes.cpuMilliseconds).toBeGreaterThanOrEqual(10);
  expect(fourTimes.cpuMilliseconds).toBeLessThan(35);
});

test('a worker sees its own peak of memory, and not that of the process that started it', async () => {
  const ballast = Buffer.alloc(300e6, 1);
  const worker = await startWorker<object>(laboratory, {});
  const before = await worker.measure({});
  const after = await worker.measure({ hold: 100 });
  await worker.close();
  expect(ballast.length).toBe(300e6);
  expect(before.peakRssMegabytes).toBeLessThan(200);
  expect(after.peakRssMegabytes - before.peakRssMegabytes).toBeGreaterThan(90);
});

test('a worker has the variables that it is given and no others of ours', async () => {
  process.env.SECRET = 'ours';
  const worker = await startWorker<object>(laboratory, { SETTING: 'given' });
  const { product } = await worker.measure({});
  await worker.close();
  delete process.env.SECRET;
  expect(product).toMatchObject({ setting: 'given' });
  expect(product).not.toHaveProperty('secret');
});

test('a job that fails says so, and the worker goes on', async () => {
  const worker = await startWorker<object>(laboratory, {});
  await expect(worker.measure({ fail: 'no such image' })).rejects.toThrow('no such image');
  await expect(worker.measure({})).resolves.toMatchObject({ product: { runs: 1 } });
  await worker.close();
});

test('a program that ends is reported with its last words', async () => {
  const broken = program('broken', "throw new Error('the bundle is missing')");
  await expect(startWorker(broken, {})).rejects.toThrow('the bundle is missing');
});

test('a worker that is killed in its work is reported so, and can be closed', async () => {
  const killed = program(
    'killed',
    "serveWork(async () => ({ async run() { process.kill(process.pid, 'SIGKILL'); await new Promise(() => {}); } }));",
  );
  const worker = await startWorker<object>(killed, {});
  await expect(worker.measure({})).rejects.toThrow('ended before it answered, by SIGKILL');
  await worker.close();
});

test('a worker that may live only so long is ended in its work', async () => {
  const worker = await startWorker<object>(
    laboratory,
    {},
    {
      execPath: process.execPath,
      execArgv: [],
      mostMilliseconds: 2000,
    },
  );
  await expect(worker.measure({ sleep: 600_000 })).rejects.toThrow('ended before it answered, by SIGKILL');
  await worker.close();
});
