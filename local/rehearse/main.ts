/** `make rehearse`. See `help` in options.ts. */
import { help, readOptions } from './options.ts';
import { rehearseAll } from './rehearse-all.ts';
import { stand } from './stand.ts';

try {
  const options = readOptions(process.argv.slice(2));
  if (!options) console.log(help);
  else if (options.stand !== undefined) await stand(options.stand, options, console.log);
  else {
    const ends = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => ends.abort());
    process.exitCode = (await rehearseAll(options, console.log, ends.signal)) ? 0 : 1;
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
