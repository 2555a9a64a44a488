/** `make rehearse`. See `help` in options.ts. `--check` only checks the options, before anything is built for them. */
import { help, readOptions } from './options.ts';
import { practise } from './practise.ts';
import { rehearseAll } from './rehearse-all.ts';

try {
  const args = process.argv.slice(2);
  const isCheck = args.includes('--check');
  const options = readOptions(args.filter((arg) => arg !== '--check'));
  if (isCheck) process.exitCode = 0;
  else if (!options) console.log(help);
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
