/** `make bench-compare BASE=git-ref`: is the working tree slower? See `help`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildLambda } from '../built-lambda.ts';
import { startStore } from '../handler/store.ts';
import { describeMachine, load } from '../machine.ts';
import { casesOfSet } from '../memory/cases.ts';
import { startProgress } from '../memory/progress.ts';
import { provenance } from '../memory/sentences.ts';
import { caseName, mix } from '../mix.ts';
import { compileProgram } from '../programs.ts';
import { startRunFolder } from '../run-folder.ts';
import { checkOut } from './checkout.ts';
import { measurePairs } from './measure-pairs.ts';
import { compareReport } from './report.ts';
import { readRounds } from './rounds.ts';
import { comparePairs, overall } from './verdict.ts';

const help = `make bench-compare BASE=git-ref [QUICK=1] [REPORT=1] [COMPARE="options"]

Builds the Lambda of the working tree and of BASE, calls both in fresh processes in turn, the order reversed each round,
and compares CPU times.

  --base REF        a commit, a tag or a branch
  --quick           fewer cases and rounds
  --rounds 12       pairs of fresh processes for each case; the more cases, the more are needed to be certain of one
  --report          end with code 0 once the report stands, also when ours is slower
  --only TEXT       cases whose name has it, of the whole mix: "jpeg-12mp", "avif"
  --out FILE        where to write FILE.md and FILE.json (default .cache/bench/compare)

Ends with code 0 when ours is not known to be slower, 1 when it is, 2 when something failed and nothing is known: a BASE
that does not exist, a build, an option. make turns every failure into its own code 2; to tell them apart, run
node bench/compare/main.ts --base REF after make photos.`;

/** A decoder, an encoder or a way of reading each. */
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
  const chosen = mix.filter((one) => {
    const name = caseName(one);
    return values.only ? name.includes(values.only) : (values.quick ? quickest : usual).includes(name);
  });
  if (chosen.length === 0)
    throw new Error(`--only is ${values.only}: expected a part of one of ${mix.map(caseName).join(', ')}`);
  // The start of a process is compared as well.
  const rounds = readRounds(values.rounds ?? (values.quick ? '8' : '12'), chosen.length + 1);

  const root = resolve(import.meta.dirname, '../..');
  const [startedAt, loadBefore] = [performance.now(), load()];
  const progress = startProgress(process.stderr);
  const folder = startRunFolder('compare');
  try {
    progress.step('building both');
    const { commit, folder: baseFolder } = checkOut(root, values.base, join(folder.path, 'checkout'));
    const baseVariables = buildLambda(baseFolder, join(folder.path, 'base'));
    const ourVariables = buildLambda(root, join(folder.path, 'ours'));
    const program = await compileProgram(join(import.meta.dirname, '../programs/bundled-calls.ts'));
    const store = await startStore();
    folder.atEnd(() => store.close());
    const laboratory = (variables: Record<string, string>) => ({
      store,
      program,
      variables: { ...variables, ...store.variables },
    });

    const cases = await casesOfSet(chosen);
    for (const { originalKey: key, file } of cases) await store.putOriginal({ key, file });
    const builds = { base: laboratory(baseVariables), ours: laboratory(ourVariables) };
    const pairs = await measurePairs(builds, cases, { rounds, warmUp: 1, calls: 5 }, progress);
    progress.end();

    const comparisons = comparePairs(pairs);
    const about = {
      machine: describeMachine(),
      load: { before: loadBefore, after: load() },
      date: new Date().toISOString(),
      seconds: (performance.now() - startedAt) / 1000,
      isQuick: values.quick,
    };
    const name = values.base === commit ? commit.slice(0, 7) : `${values.base} (${commit.slice(0, 7)})`;
    const report = `${compareReport(comparisons, name)}\n${provenance(about)}`;
    mkdirSync(dirname(resolve(values.out)), { recursive: true });
    writeFileSync(`${values.out}.md`, `${report}\n`);
    writeFileSync(`${values.out}.json`, `${JSON.stringify({ ...about, commit, comparisons })}\n`);
    console.log(report);
    if (!values.report && overall(comparisons) === 'slower') process.exitCode = 1;
  } finally {
    progress.end();
    await folder.end();
  }
}

try {
  await compare();
} catch (error) {
  console.error(`bench-compare: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 2;
}
