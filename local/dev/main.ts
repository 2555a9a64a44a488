/** `make dev`: the whole chain on this machine. See `help` in options.ts. */
import { once } from 'node:events';
import { type Chain, startChain } from '../chain/start-chain.ts';
import { startConsole } from '../console/console.ts';
import { type CommandLine, help, readOptions } from './options.ts';
import { banner, lineOf } from './terminal.ts';

const expiryMilliseconds = 60_000;
const tickMilliseconds = 1000;

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (!options) return console.log(help);
  const interrupt = new AbortController();
  // From the first step on, so that what an interrupted start has begun is taken back, however often Ctrl-C is pressed.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupt.abort());
  try {
    await run(options, interrupt.signal);
  } catch (error) {
    if (error !== interrupt.signal.reason) throw error;
  }
  // What is under way, such as a view of the canary, is not waited for.
  process.exit();
}

/** Until the signal, whose reason it throws when the chain is still starting. Either way nothing is left of it. */
async function run(options: CommandLine, interrupted: AbortSignal): Promise<void> {
  const { imagesDirectory } = options;
  const progress = (step: string): void => {
    interrupted.throwIfAborted();
    console.log(`  ${step}`);
  };
  const chain = await startChain({ ...options, progress });
  const stops = [chain.stop];
  try {
    interrupted.throwIfAborted();
    const page = await startConsole(chain, options.consolePort, imagesDirectory);
    stops.push(page.close);
    stops.push(every(expiryMilliseconds, () => chain.expire()));
    stops.push(every(tickMilliseconds, () => tick(chain, options.schedules)));
    chain.events.listen((event) => {
      const line = lineOf(event, options.verbose);
      if (line !== undefined) console.log(line);
    });
    for (const line of banner(chain, page.address, imagesDirectory)) console.log(line);
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

/** Gives back the way to end it. */
function every(milliseconds: number, work: () => Promise<unknown>): () => Promise<void> {
  const timer = setInterval(() => work().catch(console.error), milliseconds);
  return async () => clearInterval(timer);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
