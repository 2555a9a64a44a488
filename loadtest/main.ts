/** `make load`. See `help` below. */

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readTarget, type Target } from '../src/target.ts';
import { openBuckets } from './run/buckets.ts';
import { confirmation } from './run/guard.ts';
import { findK6 } from './run/k6-binary.ts';
import { type LoadOptions, RefusedRun } from './run/prepare.ts';
import { runLoad, seedOnly } from './run/run-load.ts';
import { sweep } from './run/sweep.ts';
import { gate, type ScenarioName, scenarioNames, scenarios } from './scenario-table.ts';
import { workloadNames, workloads } from './workloads.ts';

/** A chain for this run alone, beside one that make dev may have started. */
interface LocalChain {
  readonly target: Target;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Seconds on an idle machine: the start reads the template and unpacks the Lambda. */
const startMilliseconds = 120_000;
const stopMilliseconds = 10_000;

/** Runs the synthesized template of staging in a process of its own, on free ports. */
async function startLocalChain(folder: string, apiOn: string, interrupted: AbortSignal): Promise<LocalChain> {
  const targetFile = join(folder, 'target.json');
  const options = ['--port', '0', '--target', targetFile, '--logs', 'errors', '--api-on', apiOn];
  const child = spawn(process.execPath, ['local/dev/main.ts', ...options], {
    cwd: join(import.meta.dirname, '..'),
    // In a process group of its own: Ctrl-C ends the load, but the sweep still needs the chain.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (text: string) => {
    output = (output + text).slice(-4000);
  };
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  const ended = new Promise<void>((done) => child.once('close', () => done()));

  async function stop(): Promise<void> {
    if (child.exitCode !== null) return;
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), stopMilliseconds);
    await ended;
    clearTimeout(timer);
  }

  // The chain writes the file when it serves.
  for (const since = Date.now(); !existsSync(targetFile); ) {
    if (child.exitCode !== null) throw new Error(`The local chain ended with ${child.exitCode}: ${output.trim()}`);
    if (interrupted.aborted || Date.now() - since > startMilliseconds) {
      await stop();
      interrupted.throwIfAborted();
      throw new Error(`The local chain was not ready after ${startMilliseconds / 1000} s: ${output.trim()}`);
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  return { target: readTarget(targetFile), pid: child.pid ?? 0, stop };
}

const list = (rows: Readonly<Record<string, { readonly says: string }>>) =>
  Object.entries(rows)
    .map(([name, { says }]) => `    ${name.padEnd(10)} ${says}`)
    .join('\n');

const help = `node loadtest/main.ts [options]

Sends views through the chain by k6 and judges each of them. Without a target it starts a chain on this machine from
the synthesized template. Exit code: 0 when the run passes, 1 when it fails, 2 when it was refused or could not run.

  --target NAME|FILE    local (a running make dev), staging, prod, or a target file
  --scenario NAME       one scenario (default: ${gate.join(', ')})
${list(scenarios)}
  --workload NAME       the shape of the load (default: average)
${list(workloads)}
  --corpus DIR          images that originals are copied from (default: .cache/images)
  --seed N              other random draws (default: 1)
  --keep                keep the latencies, to compare later runs with (loadtest/baselines)
  --api-on MODE         image-host or own-host: another mode of the API than that of staging; without a target only
  --seed-only           seed the originals and print the k6 commands to run by hand; needs a target
  --sweep RUN|all       remove what one run or all runs have left on the target
  --k6                  find or build k6, and print its path
  --check               check the options, and do nothing

A target that is not on this machine must be confirmed: CONFIRM_TARGET=<host of its images>.`;

const root = resolve(import.meta.dirname, '..');
const outputFolder = join(root, '.cache/load');
const say = (line: string) => console.log(line);

const flag = { type: 'boolean' } as const;
const text = { type: 'string' } as const;
const known = {
  help: flag,
  k6: flag,
  keep: flag,
  check: flag,
  'seed-only': flag,
  target: text,
  scenario: text,
  workload: text,
  corpus: text,
  seed: text,
  'api-on': text,
  sweep: text,
} as const;

/** Throws an Error that names the option, its value and what was expected. */
function readOptions() {
  const { values } = parseArgs({ options: known });
  // The Makefile passes variables that may be empty.
  const given = (name: keyof typeof values) => (values[name] ? String(values[name]) : undefined);
  const [target, seed, corpus] = [given('target'), given('seed'), given('corpus')];
  if (seed !== undefined && !/^\d{1,9}$/.test(seed)) throw new Error(`--seed is "${seed}": expected a whole number`);
  if (values['seed-only'] && target === undefined) throw new Error('--seed-only needs --target: expected local, …');
  const apiOn = given('api-on');
  if (apiOn !== undefined) oneOf('api-on', apiOn, ['image-host', 'own-host']);
  if (apiOn !== undefined && target !== undefined) {
    throw new Error(`--api-on is "${apiOn}", and --target is "${target}": a target has its mode already`);
  }
  const scenario = given('scenario');
  if (values['seed-only'] && scenario === 'replaced') {
    throw new Error(
      '--seed-only is given with --scenario replaced: expected another scenario, since make load replaces its originals',
    );
  }
  const chosen: readonly ScenarioName[] = scenario ? [oneOf('scenario', scenario, scenarioNames)] : gate;
  return {
    ...values,
    target: target === undefined ? undefined : readTarget(target),
    scenarios: chosen,
    workload: oneOf('workload', given('workload') ?? 'average', workloadNames),
    corpusFolder: corpus === undefined ? join(root, '.cache/images') : folderOf(corpus),
    seed: seed === undefined ? undefined : Number(seed),
    apiOn,
    confirmed: process.env.CONFIRM_TARGET,
  };
}

function oneOf<T extends string>(option: string, value: string, choices: readonly T[]): T {
  const choice = choices.find((one) => one === value);
  if (choice === undefined) throw new Error(`--${option} is "${value}": expected ${choices.join(', ')}`);
  return choice;
}

function folderOf(path: string): string {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return resolve(path);
  throw new Error(`--corpus is "${path}": expected a folder of images`);
}

function requireConfirmation(target: Target, confirmed: string | undefined): void {
  const refused = confirmation(target, confirmed);
  if (refused.length > 0) throw new RefusedRun(refused.join('\n'));
}

type Options = ReturnType<typeof readOptions>;

async function load(options: Options): Promise<number> {
  const { target, apiOn = '', 'seed-only': isSeedOnly } = options;
  // A local chain is started when k6 is there.
  await findK6(say);
  const interrupted = onInterrupt();
  const folder = join(outputFolder, `chain-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  const chain = target ? undefined : await startLocalChain(folder, apiOn, interrupted);
  const run = (on: Target): LoadOptions => ({
    ...options,
    target: on,
    outputFolder,
    chainPid: chain?.pid,
    interrupted,
    say,
  });
  try {
    if (isSeedOnly && target) {
      await seedOnly(run(target));
      return 0;
    }
    const { report, folder: files } = await runLoad(run(target ?? chain?.target ?? readTarget('local')));
    say(`report: ${relative(process.cwd(), join(files, 'report.html'))}`);
    say(report.verdict.line);
    return report.verdict.exitCode;
  } finally {
    await chain?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The chain and k6 run in process groups of their own: they are ended in order, and the run is swept. */
function onInterrupt(): AbortSignal {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      say(`${signal}: sweeping before the end`);
      interrupted.abort(new Error(`The run was ended by ${signal}`));
    });
  }
  return interrupted.signal;
}

async function sweepOnly(target: Target, run: string): Promise<void> {
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
  const { help: isHelp, k6, check, sweep: swept, target, confirmed } = options;
  if (isHelp) say(help);
  else if (k6) say(await findK6(say));
  else {
    const on = swept ? (target ?? readTarget('local')) : target;
    if (on) requireConfirmation(on, confirmed);
    if (check) return 0;
    if (!swept) return load(options);
    if (on) await sweepOnly(on, swept);
  }
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (error instanceof RefusedRun) console.error(`REFUSED: ${error.message}`);
  // Errors of ours say what is wrong; others need their stack.
  else console.error(error instanceof Error && error.constructor === Error ? error.message : error);
  process.exitCode = 2;
}
