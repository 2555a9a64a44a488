/** `make bench-stability`: does the bench come to the same pick every time? See `help`. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { load } from '../machine.ts';
import { conclude } from '../memory/conclude.ts';
import { readKeptResult } from '../memory/kept-result.ts';
import { startRunFolder } from '../run-folder.ts';
import { areStable, findingOf, type Run, stabilityReport } from './runs.ts';

const help = `make bench-stability [STABILITY="options"]

Runs make bench QUICK=1 again and again, first as the machine is, then beside a process that never rests, and compares
the picks. Ends with code 0 when all are the same, 1 when not. Takes a minute or two a run.

  --runs 10   as the machine is
  --busy 5    beside a busy process
  --out FILE  where to write FILE.md and FILE.json (default .cache/bench/stability)`;

const program = join(import.meta.dirname, '../memory/main.ts');

async function stability(): Promise<void> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '10' },
      busy: { type: 'string', default: '5' },
      out: { type: 'string', default: '.cache/bench/stability' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(help);
  const [alone, busy] = [readCount('runs', values.runs), readCount('busy', values.busy)];
  if (alone + busy < 2) throw new Error(`${alone + busy} runs were asked for: expected 2 or more to compare`);

  mkdirSync(dirname(resolve(values.out)), { recursive: true });
  const folder = startRunFolder('stability');
  const runs: Run[] = [];
  let running: ChildProcess | undefined;
  folder.atEnd(() => running?.kill() && once(running, 'exit'));
  try {
    for (let index = 0; index < alone + busy; index++) {
      const isBusy = index >= alone;
      if (index === alone) folder.atEnd(startNeighbour());
      console.error(`run ${index + 1} of ${alone + busy}${isBusy ? ', beside a busy process' : ''}`);
      const out = join(folder.path, String(index));
      runs.push(await runBench(out, isBusy, (child) => (running = child)));
      // After each, so that a run that is cut off leaves what there was.
      writeFileSync(`${values.out}.json`, `${JSON.stringify(runs, null, 1)}\n`);
      writeFileSync(`${values.out}.md`, `${stabilityReport(runs)}\n`);
    }
  } finally {
    await folder.end();
  }
  console.log(stabilityReport(runs));
  if (!areStable(runs)) process.exitCode = 1;
}

async function runBench(out: string, isBusy: boolean, started: (child: ChildProcess) => void): Promise<Run> {
  const [loadBefore, startedAt] = [load(), performance.now()];
  const child = spawn(process.execPath, [program, '--quick', '--out', out], { stdio: ['ignore', 'ignore', 'pipe'] });
  started(child);
  let complaints = '';
  child.stderr.on('data', (chunk) => {
    complaints = `${complaints}${chunk}`.slice(-2000);
  });
  const [code] = await once(child, 'close');
  const run = { isBusy, seconds: (performance.now() - startedAt) / 1000, loadBefore };
  // Also written by a run that found nothing, or whose samples do not agree.
  if (existsSync(`${out}.json`)) return { ...run, ...findingOf(conclude(readKeptResult(`${out}.json`))) };
  if (code === 2) return { ...run, found: undefined };
  throw new Error(`A run ended with code ${code}: ${complaints.trim()}`);
}

/** Gives what ends it. */
function startNeighbour(): () => Promise<unknown> {
  const child: ChildProcess = spawn(process.execPath, ['--eval', 'for (;;) {}'], { stdio: 'ignore' });
  return async () => {
    if (child.kill('SIGKILL')) await once(child, 'exit');
  };
}

function readCount(name: string, given: string): number {
  const count = Number(given);
  if (Number.isInteger(count) && count >= 0 && count <= 1000) return count;
  throw new Error(`--${name} is ${given}: expected a whole number from 0 to 1000`);
}

try {
  await stability();
} catch (error) {
  console.error(`bench-stability: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
