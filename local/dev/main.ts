/** `make dev`: the whole chain on this machine. */
import { once } from 'node:events';
import { type Chain, startChain } from '../chain/start-chain.ts';
import { startConsole } from '../console/console.ts';
import { type CommandLine, help, readOptions } from './options.ts';
import { banner, entryOf, printed } from './terminal.ts';

const expiryMilliseconds = 60_000;
const tickMilliseconds = 1000;
const timersMilliseconds = 100;

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (!options) return console.log(help);
  const interrupt = new AbortController();
  // From the first step on, and however often Ctrl-C is pressed, so that an interrupted start is undone.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupt.abort());
  try {
    await run(options, interrupt.signal);
  } catch (error) {
    if (error !== interrupt.signal.reason) throw error;
  }
  // Does not wait for work in progress, such as a run of the canary.
  process.exit();
}

/** Runs until the signal. Throws its reason when the chain is still starting. Either way nothing is left behind. */
async function run(options: CommandLine, interrupted: AbortSignal): Promise<void> {
  const { imagesDirectory, logs } = options;
  const print = (line: string, kind: string) =>
    console.log(logs.json ? printed({ kind, line: line.trim() }, Date.now(), logs) : line);
  const progress = (step: string): void => {
    interrupted.throwIfAborted();
    print(`  ${step}`, 'start');
  };
  const chain = await startChain({ ...options, progress });
  const stops = [chain.stop];
  try {
    interrupted.throwIfAborted();
    const page = await startConsole(chain, options.consolePort, imagesDirectory);
    stops.push(page.close);
    stops.push(every(expiryMilliseconds, () => chain.expire()));
    stops.push(every(timersMilliseconds, () => chain.timers.run()));
    stops.push(every(tickMilliseconds, () => tick(chain, options.schedules)));
    chain.events.listen((event) => {
      const entry = entryOf(event, logs);
      if (entry) console.log(printed(entry, event.at, logs));
    });
    for (const line of banner(chain, page.address, imagesDirectory)) print(line, 'start');
    if (!interrupted.aborted) await once(interrupted, 'abort');
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

/** What CloudWatch and EventBridge do by the clock. */
async function tick({ cloudWatch, schedules }: Chain, withSchedules: boolean): Promise<void> {
  cloudWatch.tick();
  if (withSchedules) await schedules.run();
}

/** Returns a function that ends it. */
function every(milliseconds: number, work: () => Promise<unknown>): () => Promise<void> {
  const timer = setInterval(() => work().catch(console.error), milliseconds);
  return async () => clearInterval(timer);
}
