/** `make tune TARGET=staging`: the same question, asked of AWS itself. See `help`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { leastMegabytes, mostMegabytes } from '../lambda-model.ts';
import { assumedUnlessSaid } from '../memory/assumptions.ts';
import { casesOfFolder, casesOfSet, objectiveFor } from '../memory/cases.ts';
import { caseName, type MixEntry, mix } from '../mix.ts';
import { numberOption } from '../number-option.ts';
import { stopSignals, whenNobodyReads } from '../stop-early.ts';
import { callAll } from './call-all.ts';
import { openFreshKeys } from './fresh-keys.ts';
import type { Invoked } from './invoke.ts';
import { defaultPrediction, predict, readPrediction } from './prediction.ts';
import { tuneReport } from './report.ts';
import { readTarget } from './target.ts';
import { openFunction } from './tuned-function.ts';
import { type Judged, tunedRow } from './tuned-row.ts';

const help = `make tune TARGET=staging [TUNE="options"]

Calls the deployed function at several memory sizes and reads what AWS bills. Changes the memory of $LATEST, publishes a
version for each size, calls the versions directly (the live alias stays where it is), then sets $LATEST back and
deletes the versions, also after Ctrl-C or when the terminal is closed. Every call has a fresh key below loadtest/, which
is removed afterwards. Costs about a cent. Do not deploy meanwhile.

  --target NAME     staging, prod, or the path of a target file
  --sizes LIST      megabytes (default 512,768,1024,1769,2048)
  --calls 10        warm calls of each case and size, after the first one
  --only TEXT       cases whose name has it, of the whole mix
  --photos DIR      images of your own instead
  --cold-share ${assumedUnlessSaid.coldShare} part of the resizes that are the first call of a process
  --headroom ${assumedUnlessSaid.headroom}    part of the objective and of the memory that has to stay free
  --prediction FILE what make bench has kept (default ${defaultPrediction}, if there is one)
  --out FILE        where to write FILE.md and FILE.json (default .cache/bench/tune)

Ends with code 0 when a size qualifies, 1 when none does or the run is void.`;

/** The objective's case, a small one and a heavy one. */
const usual = ['jpeg-12mp 400x400', 'jpeg-2mp 200x200.avif', 'jpeg-12mp 1280x.avif'];

async function tune(): Promise<void> {
  const { values } = parseArgs({
    options: {
      target: { type: 'string', default: '' },
      sizes: { type: 'string', default: '512,768,1024,1769,2048' },
      calls: { type: 'string', default: '10' },
      only: { type: 'string' },
      photos: { type: 'string' },
      'cold-share': { type: 'string', default: String(assumedUnlessSaid.coldShare) },
      headroom: { type: 'string', default: String(assumedUnlessSaid.headroom) },
      prediction: { type: 'string' },
      out: { type: 'string', default: '.cache/bench/tune' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(help);
  const sizes = readSizes(values.sizes);
  const calls = numberOption('calls', values.calls, 1, 1000);
  const [coldShare, headroom] = [
    numberOption('cold-share', values['cold-share'], 0, 1),
    numberOption('headroom', values.headroom, 0, 0.9),
  ];
  const target = readTarget(values.target);
  const cases = values.photos
    ? await casesOfFolder(values.photos, undefined)
    : await casesOfSet(chooseCases(values.only));
  // Before anything is changed or paid for: whatever is wrong with the file is said now.
  const prediction = predict(readPrediction(values.prediction), { sizes, cases, coldShare });

  const runId = `tune-${Date.now().toString(36)}`;
  const client = new LambdaClient({ region: target.region });
  const fn = await openFunction(client, target.function, runId);
  if (fn.hasOtherCode) console.error(`$LATEST has other code than ${target.function.alias}: measuring $LATEST`);
  const keys = openFreshKeys(target, runId);
  const invoked: Invoked[] = [];
  try {
    await callAll({ client, target, fn, keys, cases, sizes, calls, stop: stopSignal() }, invoked);
  } finally {
    console.error('setting back');
    for (const failure of [...(await fn.restore()), ...(await keys.sweep())]) {
      console.error(failure);
      process.exitCode = 1;
    }
  }

  const judged: Judged = { architecture: fn.architecture, coldShare, headroom, objective: objectiveFor(cases) };
  const rows = sizes.map((size) => tunedRow(size, invoked, judged));
  const report = tuneReport(rows, fn, prediction);
  console.log(report);
  mkdirSync(dirname(resolve(values.out)), { recursive: true });
  writeFileSync(`${values.out}.md`, `${report}\n`);
  writeFileSync(
    `${values.out}.json`,
    `${JSON.stringify({ date: new Date(), target: target.target, invoked, rows, prediction })}\n`,
  );
  if (rows.every(({ faults }) => faults.length > 0)) process.exitCode = 1;
}

function chooseCases(only: string | undefined): readonly MixEntry[] {
  const chosen = mix.filter((one) => (only ? caseName(one).includes(only) : usual.includes(caseName(one))));
  if (chosen.length > 0) return chosen;
  throw new Error(`--only is ${only}: expected a part of one of ${mix.map(caseName).join(', ')}`);
}

/** After Ctrl-C the call under way is waited for: whoever leaves in its midst does not know what there is to undo. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const [signal, number] of stopSignals) {
    process.on(signal, () => {
      console.error(`\n${signal}: stopping after this call, then setting back`);
      process.exitCode = 128 + number;
      controller.abort(new Error('stopped before its end'));
    });
  }
  whenNobodyReads(() => controller.abort(new Error('stopped before its end: nobody reads it any more')));
  return controller.signal;
}

function readSizes(list: string): number[] {
  const sizes = list.split(',').map(Number);
  const bad = sizes.find((size) => !Number.isInteger(size) || size < leastMegabytes || size > mostMegabytes);
  if (bad !== undefined)
    throw new Error(
      `--sizes is ${list}: expected whole numbers from ${leastMegabytes} to ${mostMegabytes}, such as 512,1024`,
    );
  return [...new Set(sizes)].sort((a, b) => a - b);
}

try {
  await tune();
} catch (error) {
  console.error(`tune: ${error instanceof Error ? error.message : error}`);
  process.exitCode ??= 1;
}
