/** `make bench-compare BASE=git-ref`: is the working tree slower, or larger in memory? See `help`. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type BenchCase, casesOfSet, chooseFromMix } from '../cases.ts';
import { keepReport, numberOption, type Progress, runCommand, startProgress } from '../command.ts';
import { describeCircumstances, recordCircumstances } from '../machine.ts';
import { caseName } from '../mix.ts';
import { callInFreshProcess, type Lambda, startLambda } from '../run/call-lambda.ts';
import { buildLambda, root } from '../run/compile.ts';
import { startRunFolder } from '../run/run-folder.ts';
import { alternate } from '../run/worker.ts';
import { comparePairs, compareReport, leastRounds, overall, type Pair } from './verdict.ts';

/**
 * Extracts the files of a commit into a folder, which it returns. Not a worktree, so that the repository keeps no trace of
 * it. The packages are those of the working tree where the lockfile is the same, else they are installed.
 */
export function checkOut(root: string, commit: string, folder: string): string {
  mkdirSync(folder, { recursive: true });
  const archive = execFileSync('git', ['archive', commit], { cwd: root, maxBuffer: 2 ** 30 });
  execFileSync('tar', ['-x', '-C', folder], { input: archive });
  const lockfile = (checkout: string) => readFileSync(join(checkout, 'package-lock.json'), 'utf8');
  if (lockfile(folder) === lockfile(root)) symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  else execFileSync('npm', ['ci', '--no-progress', '--loglevel=error'], { cwd: folder, stdio: 'pipe' });
  return folder;
}

export function commitOf(root: string, ref: string): string {
  try {
    const options = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`];
    return execFileSync('git', options, { cwd: root, encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch (cause) {
    throw new Error(`BASE is ${JSON.stringify(ref)}: expected a commit, a tag or a branch of this repository`, {
      cause,
    });
  }
}

const help = `make bench-compare BASE=git-ref [QUICK=1] [REPORT=1] [COMPARE="options"]

Builds the Lambda of the working tree and of BASE, calls both in turn in fresh processes, and compares the CPU time of
calls and of the start, and the peak memory.

  --base REF        a commit, a tag or a branch
  --quick           fewer cases and rounds
  --rounds 12       pairs of fresh processes for each case
  --only TEXT       cases of the whole mix whose name contains the text: "jpeg-12mp", "avif"
  --report          end with code 0 whatever the verdict is
  --out FILE        where to write FILE.md and FILE.json (default .cache/bench/compare)

Ends with code 0 when the working tree is not shown to be worse, 1 when it is, 2 when something failed. make turns every
failure into its own code 2: to tell them apart, run node bench/compare/main.ts --base REF.`;

/** One for each decoder and encoder. */
const usual = [
  'jpeg-12mp 400x400',
  'jpeg-2mp 640x.webp',
  'jpeg-12mp 1280x.avif',
  'png-2mp-alpha 640x.webp',
  'webp-2mp 320x',
];
const quickest = ['jpeg-12mp 400x400', 'jpeg-2mp 640x.webp'];

async function compare(): Promise<void> {
  const { values } = parseArgs({
    options: {
      base: { type: 'string', default: '' },
      quick: { type: 'boolean', default: false },
      report: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      only: { type: 'string' },
      out: { type: 'string', default: '.cache/bench/compare' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(help);
  const commit = commitOf(root, values.base);
  const chosen = chooseFromMix(values.only, values.quick ? quickest : usual);
  const rounds = numberOption('rounds', values.rounds ?? (values.quick ? '8' : '12'), leastRounds, 1000);

  const cases = await casesOfSet(chosen);
  const circumstances = recordCircumstances(values.quick);
  const progress = startProgress();
  const folder = startRunFolder('compare');
  try {
    progress.step('building both');
    const ours = await startLambda(folder);
    const checkout = checkOut(root, commit, join(folder.path, 'checkout'));
    const base = { ...ours, variables: { ...ours.variables, ...buildLambda(checkout, join(folder.path, 'base')) } };
    for (const { originalKey, file } of cases) await ours.s3.putOriginal(originalKey, file);
    const pairs = await measurePairs({ base, ours }, cases, { rounds, warmUp: 1, runs: 5 }, progress);
    progress.end();

    const comparisons = comparePairs(pairs);
    const about = circumstances();
    const name = values.base === commit ? commit.slice(0, 7) : `${values.base} (${commit.slice(0, 7)})`;
    const report = `${compareReport(comparisons, name)}\n${describeCircumstances(about)}`;
    keepReport(values.out, report, { ...about, commit, comparisons });
    if (!values.report && overall(comparisons) === 'worse') process.exitCode = 1;
  } finally {
    progress.end();
    await folder.end();
  }
}

/** Two builds at the same calls. The start of a process is one pair, since every case measures it. */
export async function measurePairs(
  builds: { readonly base: Lambda; readonly ours: Lambda },
  cases: readonly BenchCase[],
  { rounds, warmUp, runs }: { readonly rounds: number; readonly warmUp: number; readonly runs: number },
  progress: Progress,
): Promise<Pair[]> {
  const pairs: Pair[] = [];
  const starts = { base: [] as number[], ours: [] as number[] };
  progress.expect(2 * rounds * cases.length);
  for (const one of cases) {
    const what = caseName(one);
    const contestants = (['base', 'ours'] as const).map((side) => async () => {
      progress.step(`${side}: ${what}`);
      const { warm, startCpuMilliseconds } = await callInFreshProcess(builds[side], one, { warmUp, runs });
      starts[side].push(startCpuMilliseconds);
      return warm;
    });
    const [base = [], ours = []] = await alternate(contestants, rounds);
    const pair = (unit: Pair['unit'], name: string, of: (warm: (typeof base)[number]) => number) =>
      pairs.push({ what: name, unit, base: base.map(of), ours: ours.map(of) });
    pair('ms', what, ({ medianCpuMilliseconds }) => medianCpuMilliseconds);
    pair('MB', `peak memory of ${what}`, ({ peakRssMegabytes }) => peakRssMegabytes);
  }
  return [...pairs, { what: 'start of a process', unit: 'ms', ...starts }];
}

if (import.meta.main) await runCommand('bench-compare', compare, 2);
