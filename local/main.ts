/** `make dev`: the whole chain on this machine. See `help` in options.ts. */
import { startConsole } from './console/console.ts';
import { help, readOptions } from './options.ts';
import { type Chain, startChain } from './start.ts';
import { banner, lineOf } from './terminal.ts';

const expiryMilliseconds = 60_000;
const tickMilliseconds = 1000;

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (!options) return console.log(help);
  const chain = await startChain({ ...options, progress: (step) => console.log(`  ${step}`) });
  const page = await startConsole(chain, options.consolePort, options.picturesDirectory).catch(
    async (error: unknown) => {
      await chain.stop();
      throw error;
    },
  );
  const expiry = setInterval(() => chain.expire().catch(console.error), expiryMilliseconds);
  const ticking = setInterval(() => tick(chain, options.schedules).catch(console.error), tickMilliseconds);
  chain.events.listen((event) => {
    const line = lineOf(event, options.verbose);
    if (line !== undefined) console.log(line);
  });
  for (const line of banner(chain, page.address, options.picturesDirectory)) console.log(line);

  const end = (): void => {
    clearInterval(expiry);
    clearInterval(ticking);
    page
      .close()
      .then(() => chain.stop())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          console.error(error);
          process.exit(1);
        },
      );
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
}

/** What CloudWatch and EventBridge do by the clock. */
async function tick({ cloudWatch, schedules }: Chain, withSchedules: boolean): Promise<void> {
  cloudWatch.tick();
  if (withSchedules) await schedules.run();
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
