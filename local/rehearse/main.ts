/** `make rehearse`. See `help` in options.ts. */
import { help, readOptions } from './options.ts';
import { practise } from './practise.ts';
import { rehearseAll } from './rehearse-all.ts';

try {
  const options = readOptions(process.argv.slice(2));
  if (!options) console.log(help);
  else if (options.incident !== undefined) await practise(options.incident, options, console.log);
  else {
    const abort = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => abort.abort());
    process.exitCode = (await rehearseAll(options, console.log, abort.signal)) ? 0 : 1;
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
