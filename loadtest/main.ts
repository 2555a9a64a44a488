/** `make load`. See `help` below. */
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { dollars } from './report/format.ts';
import { openBuckets } from './run/buckets.ts';
import { totalOf } from './run/cost.ts';
import { confirmation } from './run/guard.ts';
import { findK6 } from './run/k6-binary.ts';
import { startLocalChain } from './run/local-chain.ts';
import { RefusedRun } from './run/prepare.ts';
import { runLoad } from './run/run-load.ts';
import { sweep } from './run/sweep.ts';
import { readTarget, type Target } from './run/target.ts';
import { gate, type ScenarioName, scenarioNames, scenarios } from './scenario-table.ts';
import { workloadNames, workloads } from './workloads.ts';

const list = (rows: Readonly<Record<string, { readonly says: string }>>) =>
  Object.entries(rows)
    .map(([name, { says }]) => `    ${name.padEnd(10)} ${says}`)
    .join('\n');

const help = `node loadtest/main.ts [options]

Drives views through the chain by k6 and judges every one of them. Without a target it runs a chain of its own on this
machine, from the synthesized template. The exit code is 0 when the run passes, 1 when it does not, 2 when it was not
allowed to start or could not.

  --target NAME|FILE    staging, prod, local (a make dev that runs), or a target file
  --scenario NAME       one scenario (default: the gate: ${gate.join(', ')})
${list(scenarios)}
  --workload NAME       how much of it (default: average)
${list(workloads)}
  --corpus DIR          images that originals are copied from (default: .cache/images)
  --seed N              other draws than every run's (default: 1)
  --keep                keep the numbers, to compare later runs with (loadtest/baselines)
  --sweep RUN|all       only remove what a run, or any run, has left on the target
  --k6                  only find or build k6, and say where it is

A target that is not on this machine has to be confirmed: CONFIRM_TARGET=<host of its images>.`;

const root = resolve(import.meta.dirname, '..');
const outputFolder = join(root, '.cache/load');
const say = (line: string) => console.log(line);

function readOptions() {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean' },
      k6: { type: 'boolean' },
      keep: { type: 'boolean' },
      target: text,
      scenario: text,
      workload: text,
      corpus: text,
      seed: text,
      sweep: text,
    },
  });
  // The Makefile hands on variables that may be empty.
  const given = (name: keyof typeof values) => (values[name] ? String(values[name]) : undefined);
  return {
    wants: values.help ? 'help' : values.k6 ? 'k6' : given('sweep') ? 'sweep' : 'load',
    target: given('target'),
    scenarios: scenariosOf(given('scenario')),
    workload: oneOf('workload', given('workload') ?? 'average', workloadNames),
    corpusFolder: folderOf('--corpus', given('corpus') ?? join(root, '.cache/images')),
    seed: numberOf(given('seed')),
    keep: values.keep,
    sweep: given('sweep'),
  } as const;
}

function scenariosOf(name: string | undefined): readonly ScenarioName[] {
  return name === undefined ? gate : [oneOf('scenario', name, scenarioNames)];
}

function oneOf<T extends string>(option: string, value: string, choices: readonly T[]): T {
  const choice = choices.find((one) => one === value);
  if (choice === undefined) throw new Error(`--${option} is "${value}": expected ${choices.join(', ')}`);
  return choice;
}

function folderOf(option: string, path: string): string {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return resolve(path);
  throw new Error(`${option} is "${path}": expected a folder of images, as make images makes one`);
}

function numberOf(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value);
  throw new Error(`--seed is "${value}": expected a whole number`);
}

type Options = ReturnType<typeof readOptions>;

async function load({ target, scenarios: chosen, workload, corpusFolder, seed, keep }: Options): Promise<number> {
  // k6 is there before a chain is started for it.
  await findK6(say);
  const interrupted = whenInterrupted();
  const folder = join(outputFolder, `chain-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  const chain = target === undefined ? await startLocalChain(folder, interrupted) : undefined;
  try {
    const { report, folder: run } = await runLoad({
      target: chain?.target ?? readTarget(target ?? 'local'),
      scenarios: chosen,
      workload,
      corpusFolder,
      outputFolder,
      confirmed: process.env.CONFIRM_TARGET,
      chainPid: chain?.pid,
      keep,
      interrupted,
      seed,
      say,
    });
    const actual = totalOf(report.cost.lines.map((line) => ({ what: line.what, dollars: line.actual })));
    say(`${dollars(actual)} at the prices of AWS; report: ${relative(process.cwd(), join(run, 'report.html'))}`);
    say(report.verdict.line);
    return report.verdict.exitCode;
  } finally {
    await chain?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The chain and k6 have groups of their own, so that what ends this process can end them in order, and sweep. */
function whenInterrupted(): AbortSignal {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      say(`${signal}: sweeping first`);
      interrupted.abort(new Error(`The run was ended by ${signal}, before its time`));
    });
  }
  return interrupted.signal;
}

async function sweepOnly(target: Target, run: string): Promise<void> {
  const refused = confirmation(target, process.env.CONFIRM_TARGET);
  if (refused.length > 0) throw new RefusedRun(refused.join('\n'));
  const buckets = openBuckets(target);
  try {
    const { originals, derivatives } = await sweep(buckets, run === 'all' ? undefined : run, say);
    say(`swept ${originals} originals and ${derivatives} derivatives; nothing is left`);
  } finally {
    buckets.close();
  }
}

async function main(): Promise<number> {
  const options = readOptions();
  if (options.wants === 'help') say(help);
  else if (options.wants === 'k6') say(await findK6(say));
  else if (options.wants === 'sweep') await sweepOnly(readTarget(options.target ?? 'local'), options.sweep ?? '');
  else return load(options);
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (error instanceof RefusedRun) console.error(`REFUSED: ${error.message}`);
  // What this program says itself needs no stack; what it did not foresee does.
  else console.error(error instanceof Error && error.constructor === Error ? error.message : error);
  process.exitCode = 2;
}
