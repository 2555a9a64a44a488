/** The Lambda as it is deployed, in a process of its own: started, called once, then called as often as it is asked. */
import { pathToFileURL } from 'node:url';
import { eventFor } from '../handler/programs/event.ts';
import { serveWork } from '../work-server.ts';
import { bundleVariable, type CallsJob, type CallsProduct, clocks, cpuMilliseconds } from './calls-job.ts';

const { handler } = await import(pathToFileURL(process.env[bundleVariable] ?? '').href);
/** What Node itself took to start is in it. */
const startCpuMilliseconds = cpuMilliseconds();
const context = { getRemainingTimeInMillis: () => 15_000 };

/** Anything but the 301 of an image that was made just now has not done the work that is measured. */
async function call(preset: string, key: string): Promise<void> {
  const { statusCode, body } = await handler(eventFor(preset, key), context);
  if (statusCode !== 301) throw new Error(`${preset}/${key} was answered ${statusCode}: expected 301. ${body}`);
}

serveWork<CallsJob>(async ({ preset, keys, warmUp, clock }) => {
  const calls: CallsProduct = { startCpuMilliseconds, samples: [], otherClock: [] };
  return {
    async run() {
      const [first = '', ...others] = keys;
      if (others.length === 0) return call(preset, first);
      // Loaded after the first call of the process has been measured.
      const { Bench } = await import('tinybench');
      const unused = [...keys];
      const counts = {
        iterations: keys.length - warmUp,
        time: 0,
        warmup: warmUp > 0,
        warmupIterations: warmUp,
        warmupTime: 0,
      };
      const other = clocks[clock === 'cpu' ? 'wall' : 'cpu'];
      const bench = new Bench({ now: clocks[clock], ...counts, retainSamples: true, throws: true });
      const oneCall = async () => {
        const key = unused.shift();
        if (!key) throw new Error(`${preset} was called more than ${keys.length} times: expected a fresh key for each`);
        const before = other();
        await call(preset, key);
        if (unused.length < counts.iterations) calls.otherClock.push(other() - before);
      };
      const [task] = await bench.add(preset, oneCall, { async: true }).run();
      const { result } = task ?? {};
      if (result?.state !== 'completed') throw new Error(`tinybench ended ${result?.state}: expected completed`);
      calls.samples.push(...(result.latency.samples ?? []));
    },
    product: () => calls,
  };
});
