/** `make bench`: which memory size the Lambda should have, and what a resize costs. See `help` in options.ts. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { config } from '../../src/config.ts';
import { allowedPresets } from '../../src/core/presets.ts';
import { type BenchCase, limitCases as casesAtLimits, casesOfSet, objectiveFor } from '../cases.ts';
import { keepReport, startProgress } from '../command.ts';
import { recordCircumstances } from '../machine.ts';
import { mix, readMix } from '../mix.ts';
import { acceptedCases, casesOfFolder, findPhotos } from '../own-photos.ts';
import { photoNames } from '../photos/photo-set.ts';
import { startLambda } from '../run/call-lambda.ts';
import { findMemoryLimits } from '../run/memory-limit.ts';
import { startRunFolder } from '../run/run-folder.ts';
import { applyPick } from './apply.ts';
import { costAndSpeedChart } from './chart.ts';
import { type Conclusion, certaintyOf, conclude } from './conclude.ts';
import { full, measure, quick, stepsOf, type Task, TooBusy } from './measure.ts';
import { help, type Options, readOptions } from './options.ts';
import { report } from './report.ts';
import { type Assumptions, type BenchResult, isObjectiveCase } from './result.ts';
import { tryMemory } from './trials.ts';

async function bench(options: Options): Promise<void> {
  const result = options.kept ? withAssumptions(options.kept, options) : await measureAll(options);
  const conclusion = conclude(result);
  keepReport(options.out, report(result, conclusion), options.kept ? undefined : result);
  writeFileSync(`${options.out}.svg`, costAndSpeedChart(result, conclusion));
  console.log(`\n${resolve(options.out)}.md is this report, .svg its chart, .json every sample.`);
  if (!options.onlyReports) process.exitCode ||= exitCodeOf(conclusion);
  if (options.applies) console.log(`infra/function-memory.json: ${applyPick(result, conclusion)}`);
}

function withAssumptions(result: BenchResult, { s3, coldShare, hitRate, headroom }: Options): BenchResult {
  return { ...result, assumed: { ...result.assumed, s3, coldShare, hitRate, headroom } };
}

function exitCodeOf({ certainty, picks }: Conclusion): number {
  if (certainty.doubt !== 'none') return 2;
  return picks.cheapest === undefined ? 1 : 0;
}

async function measureAll(options: Options): Promise<BenchResult> {
  // Whatever is wrong with the options is said before anything is made, built or measured.
  const chosen = await chooseCases(options);
  const limitCases = await casesAtLimits();
  const plan = options.isQuick ? quick : full;
  const circumstances = recordCircumstances(options.isQuick);
  const progress = startProgress();
  const limits = await findMemoryLimits();
  const folder = startRunFolder('memory');
  if (!('unavailable' in limits)) folder.atEnd(limits.removeAll);
  try {
    progress.step('building the Lambda');
    const lambda = await startLambda(folder);
    for (const { originalKey, file } of [...chosen, ...limitCases]) await lambda.s3.putOriginal(originalKey, file);
    const cases = options.photos ? await acceptedCases(lambda, chosen, progress) : chosen;

    const assumed = assumptionsFor(options, cases);
    const untried = { trials: [] };
    const objectiveCases = cases.filter((one) => isObjectiveCase(assumed.objective, one));
    const task: Task = {
      ...{ cases, objectiveCases, limitCases, plan },
      stillNeeded(measured) {
        const { doubt } = certaintyOf({ measured, assumed, memory: untried });
        if (doubt === 'none') return [];
        return doubt === 'pick' ? [...objectiveCases, ...limitCases] : objectiveCases;
      },
    };
    progress.expect(stepsOf(task), plan.mostSecondsInDoubt);
    const measured = await measure(lambda, task, progress);
    const result = { hasOwnPhotos: options.photos !== undefined, assumed, measured, ...circumstances() };
    const memory = await tryMemory(lambda, limits, { cases, limitCases }, result, progress);
    return { ...result, ...circumstances(), memory };
  } finally {
    progress.end();
    await folder.end();
  }
}

async function chooseCases({ photos, mixFile }: Options): Promise<BenchCase[]> {
  const presets = [...allowedPresets(config.presets).keys()];
  const found = photos ? findPhotos(photos) : photoNames;
  const own = mixFile ? readMix(mixFile, { photos: found, presets }) : undefined;
  return photos ? casesOfFolder(photos, found, own) : casesOfSet(own ?? mix);
}

function assumptionsFor({ s3, coldShare, hitRate, headroom }: Options, cases: readonly BenchCase[]): Assumptions {
  const { arch } = process;
  if (arch !== 'x64' && arch !== 'arm64') throw new Error(`This machine is ${arch}: Lambda has x64 and arm64`);
  return {
    architecture: arch,
    ...{ s3, coldShare, hitRate, headroom },
    objective: objectiveFor(cases),
    decodeMilliseconds: config.limits.decodeSeconds * 1000,
    requestMilliseconds: config.limits.requestMilliseconds,
  };
}

let onlyReports = false;
try {
  const options = readOptions(process.argv.slice(2));
  onlyReports = options?.onlyReports ?? false;
  if (options) await bench(options);
  else console.log(help);
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : error}`);
  // A pick that cannot be applied because of noise is noise.
  if (!(error instanceof TooBusy)) process.exitCode ||= 1;
  else if (!onlyReports) process.exitCode = 2;
}
