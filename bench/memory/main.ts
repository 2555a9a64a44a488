/** `make bench`: which memory size the Lambda should have, and what a resize costs. See `help` in options.ts. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { config } from '../../src/config.ts';
import { allowedPresets } from '../../src/core/presets.ts';
import { buildLambda } from '../built-lambda.ts';
import { startStore } from '../handler/store.ts';
import { describeMachine, load } from '../machine.ts';
import { mix, parseMix } from '../mix.ts';
import { photoNames } from '../photos/photo-set.ts';
import { compileProgram } from '../programs.ts';
import { removeGroups } from '../quota/group.ts';
import { startRunFolder } from '../run-folder.ts';
import { applyPick } from './apply.ts';
import type { Assumptions } from './assumptions.ts';
import type { Laboratory } from './call-fresh.ts';
import { type BenchCase, casesOfFolder, casesOfSet, extremeCases, imageFiles, objectiveFor } from './cases.ts';
import { certaintyOf } from './certainty.ts';
import { costAndSpeedImage } from './chart.ts';
import { type BenchResult, type Conclusion, conclude } from './conclude.ts';
import { full, fullBeforeVerify, quick } from './effort.ts';
import { measure, type Plan, stepsOfMeasuring, TooBusy } from './measure.ts';
import { isAimedAt } from './memory-row.ts';
import { help, type Options, readMixFile, readOptions } from './options.ts';
import { reportPage } from './page.ts';
import { startProgress } from './progress.ts';
import { terminalReport } from './terminal.ts';
import { verify } from './verify.ts';
import { fullVerify, lastSeconds, quickVerify, stepsOfVerifying } from './verify-effort.ts';

async function bench(options: Options): Promise<void> {
  const result = options.kept ? withAssumptions(options.kept.result, options) : await measureAll(options);
  const conclusion = conclude(result);
  console.log(terminalReport(result, conclusion));
  keep(options, result, conclusion);
  if (!options.onlyReports) process.exitCode ||= exitCodeOf(conclusion);
  if (options.applies) console.log(`infra/function-memory.json: ${applyPick(result, conclusion)}`);
}

/** With what is assumed now, where that was said. */
function withAssumptions(result: BenchResult, { s3, coldShare, hitRate, headroom }: Options): BenchResult {
  return { ...result, assumed: { ...result.assumed, s3, coldShare, hitRate, headroom } };
}

function exitCodeOf({ certainty, picks }: Conclusion): number {
  if (certainty.doubt !== 'none') return 2;
  return picks.cheapest === undefined ? 1 : 0;
}

async function measureAll(options: Options): Promise<BenchResult> {
  const effort = options.isQuick ? quick : options.verifies ? fullBeforeVerify : full;
  const progress = startProgress(process.stderr);
  const loadBefore = load();
  const folder = startRunFolder('memory');
  folder.atEnd(removeGroups);
  try {
    const cases = await chooseCases(options);
    const extremes = await extremeCases();
    const assumed = assumptionsFor(options, cases);
    progress.step('building the Lambda');
    const variables = buildLambda(resolve(import.meta.dirname, '../..'), folder.path);
    const program = await compileProgram(join(import.meta.dirname, '../programs/bundled-calls.ts'));
    const store = await startStore();
    folder.atEnd(() => store.close());
    const laboratory: Laboratory = { store, program, variables: { ...variables, ...store.variables } };

    const aimedAt = cases.filter((one) => isAimedAt(assumed.objective, one));
    const plan: Plan = {
      cases,
      aimedAt,
      extremes,
      effort,
      stillNeeded(measured) {
        const { doubt } = certaintyOf(measured, assumed);
        if (doubt === 'none') return [];
        return doubt === 'pick' ? [...aimedAt, ...extremes] : aimedAt;
      },
    };
    const verifyEffort = options.verifies ? (options.isQuick ? quickVerify : fullVerify) : undefined;
    const steps = stepsOfMeasuring(plan) + (verifyEffort ? stepsOfVerifying(verifyEffort, extremes) : 0);
    progress.expect(steps, verifyEffort ? verifyEffort.mostSeconds + lastSeconds : effort.mostSecondsInDoubt);
    const measured = await measure(laboratory, plan, progress);
    const verification = verifyEffort && (await verify(laboratory, { cases, extremes }, verifyEffort, progress));
    return {
      date: new Date().toISOString(),
      seconds: progress.seconds(),
      isQuick: options.isQuick,
      hasOwnPhotos: options.photos !== undefined,
      machine: describeMachine(),
      load: { before: loadBefore, after: load() },
      assumed,
      measured,
      ...(verification && { verification }),
    };
  } finally {
    progress.end();
    await folder.end();
  }
}

function chooseCases({ photos, mixFile }: Options): Promise<BenchCase[]> {
  const presets = [...allowedPresets(config.presets).keys()];
  const known = { photos: photos ? imageFiles(photos) : photoNames, presets };
  const own = mixFile ? parseMix(readMixFile(mixFile), known) : undefined;
  return photos ? casesOfFolder(photos, own) : casesOfSet(own ?? mix);
}

function assumptionsFor({ s3, coldShare, hitRate, headroom }: Options, cases: readonly BenchCase[]): Assumptions {
  const { arch } = process;
  if (arch !== 'x64' && arch !== 'arm64')
    throw new Error(`This machine is ${arch}: expected x64 or arm64, as Lambda is`);
  return {
    architecture: arch,
    s3,
    coldShare,
    hitRate,
    headroom,
    objective: objectiveFor(cases),
    decodeMilliseconds: config.limits.decodeSeconds * 1000,
    requestMilliseconds: config.limits.requestMilliseconds,
  };
}

function keep({ out, kept }: Options, result: BenchResult, conclusion: Conclusion): void {
  mkdirSync(dirname(resolve(out)), { recursive: true });
  writeFileSync(`${out}.html`, reportPage(result, conclusion));
  writeFileSync(`${out}.svg`, costAndSpeedImage(result, conclusion));
  if (!kept) writeFileSync(`${out}.json`, `${JSON.stringify(result)}\n`);
  console.log(`\n${resolve(out)}.html has the image, ${kept?.file ?? `${out}.json`} every sample.`);
}

let onlyReports = false;
try {
  const options = readOptions(process.argv.slice(2));
  onlyReports = options?.onlyReports ?? false;
  if (options) await bench(options);
  else console.log(help);
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : error}`);
  if (error instanceof Error && error.cause instanceof Error) console.error(error.cause.message);
  // A pick that cannot be written for noise is noise.
  if (!(error instanceof TooBusy)) process.exitCode ||= 1;
  else if (!onlyReports) process.exitCode = 2;
}
