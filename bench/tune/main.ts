/** `make tune TARGET=staging`: the question of `make bench`, measured on the deployed Lambda. See `help`. */

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { CopyObjectCommand, DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { readTarget, type Target } from '../../src/target.ts';
import { type BenchCase, casesOfSet, chooseFromMix, objectiveFor } from '../cases.ts';
import { keepReport, numberOption, runCommand, startProgress } from '../command.ts';
import { defaultAssumptions } from '../memory/result.ts';
import { caseName } from '../mix.ts';
import { leastMegabytes, mostMegabytes } from '../model.ts';
import { casesOfFolder } from '../own-photos.ts';
import { onStop } from '../run/run-folder.ts';
import { seededRandom, shuffled } from '../statistics.ts';
import { openFunction } from './function.ts';
import { invoke } from './invoke.ts';
import { type TunedCall, tunedRow, tuneReport } from './rows.ts';

const help = `make tune TARGET=staging [TUNE="options"]

Calls the deployed function at several memory sizes and reads what AWS bills. Publishes a version for each size from
$LATEST and calls the versions; the live alias does not move. Then sets $LATEST back and deletes the versions, also after
Ctrl-C. Every call has a fresh key below loadtest/, which is removed. Costs about a cent. Do not deploy meanwhile.

  --target NAME   staging, prod, or the path of a target file
  --sizes LIST    megabytes (default 512,768,1024,1769,2048)
  --calls 10      warm calls of each case and size
  --photos DIR    your own images, sub-folders included
  --out FILE      where to write FILE.md and FILE.json (default .cache/bench/tune)

Ends with code 0 when a size qualifies, 1 when none does or something failed.`;

/** The objective's case, a small one and a heavy one. */
const usual = ['jpeg-12mp 400x400', 'jpeg-2mp 200x200.avif', 'jpeg-12mp 1280x.avif'];

async function tune(): Promise<void> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      ...{ target: text, photos: text },
      sizes: { ...text, default: '512,768,1024,1769,2048' },
      calls: { ...text, default: '10' },
      out: { ...text, default: '.cache/bench/tune' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(help);
  const target = readTarget(values.target ?? '');
  if (target.s3) throw new Error(`TARGET is ${values.target}, a local chain: expected one on AWS`);
  const sizes = values.sizes.split(',').map((one) => numberOption('sizes', one, leastMegabytes, mostMegabytes));
  const calls = numberOption('calls', values.calls, 1, 1000);
  const cases = await (values.photos ? casesOfFolder(values.photos) : casesOfSet(chooseFromMix(undefined, usual)));

  const client = new LambdaClient({ region: target.region });
  const fn = await openFunction(client, target);
  const keys = openFreshKeys(target);
  const done: TunedCall[] = [];
  const stop = stopSignal();
  const progress = startProgress();
  const versions = new Map<number, string>();
  try {
    progress.expect(sizes.length * (1 + (calls + 1) * cases.length));
    for (const memoryMegabytes of sizes) {
      stop.throwIfAborted();
      progress.step(`publishing ${memoryMegabytes} MB`);
      versions.set(memoryMegabytes, await fn.publish(memoryMegabytes));
    }
    for (const { memoryMegabytes, one } of inRounds(sizes, cases, calls + 1)) {
      stop.throwIfAborted();
      progress.step(`${memoryMegabytes} MB, ${caseName(one)}`);
      const version = versions.get(memoryMegabytes) ?? '';
      const call = async () => invoke(client, fn, { ...one, version, key: await keys.next(one) }, memoryMegabytes);
      const called = (await call()) ?? (await call());
      if (!called) throw new Error(`${caseName(one)} was answered 200 twice: expected a fresh key to be resized`);
      done.push({ ...one, memoryMegabytes, ...called });
    }
  } finally {
    progress.end();
    console.error('setting back');
    for (const failure of [...(await fn.restore()), ...(await keys.removeAll())]) {
      console.error(failure);
      process.exitCode = 1;
    }
  }

  const assumed = { ...defaultAssumptions, architecture: fn.architecture, objective: objectiveFor(cases) };
  const rows = sizes.map((size) => tunedRow(size, done, assumed));
  keepReport(values.out, tuneReport(rows, fn.memoryMegabytes, done), { date: new Date(), calls: done, rows });
  if (rows.every(({ faults }) => faults.length > 0)) process.exitCode = 1;
}

/** Over all sizes and cases in turn, so that a slow minute of AWS slows all alike. Every process starts with one case. */
export function inRounds<Case>(sizes: readonly number[], cases: readonly Case[], rounds: number) {
  const random = seededRandom(rounds);
  const all = cases.flatMap((one) => sizes.map((memoryMegabytes) => ({ memoryMegabytes, one })));
  return [all, ...Array.from({ length: rounds - 1 }, () => shuffled(all, random))].flat();
}

/** Aborts after the call in progress, since that may still make something that has to be removed. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  onStop((reason, exitCode) => {
    process.exitCode = exitCode;
    controller.abort(new Error(`stopped before its end: ${reason}`));
  });
  return controller.signal;
}

if (import.meta.main) await runCommand('tune', tune);

/**
 * Puts originals under keys without derivatives, since a key that was called before would measure the early answer. Below
 * `loadtest/`, where a lifecycle rule removes after a day what an interrupted run has left.
 */
function openFreshKeys({ buckets, region, originalsRegion = region }: Target) {
  const originals = new S3Client({ region: originalsRegion });
  const derivatives = new S3Client({ region });
  const folder = `loadtest/tune-${Date.now().toString(36)}`;
  const uploaded = new Map<string, string>();
  const put: { Key: string; VersionId?: string; preset: string }[] = [];
  // Only characters that no encoding changes.
  const nextKey = (name: string) => `${folder}/${put.length + 1}-${name.replaceAll(/[^\w.-]/g, '-')}`;

  return {
    async next({ originalKey, file, preset }: BenchCase): Promise<string> {
      const Key = nextKey(originalKey);
      const object = { Bucket: buckets.originals, Key };
      const source = uploaded.get(originalKey);
      const { VersionId } = source
        ? await originals.send(new CopyObjectCommand({ ...object, CopySource: `${buckets.originals}/${source}` }))
        : await originals.send(new PutObjectCommand({ ...object, Body: readFileSync(file) }));
      put.push({ Key, preset, ...(VersionId && { VersionId }) });
      if (!source) uploaded.set(originalKey, Key);
      return Key;
    },
    /** Removes every original that was put, with its version, and every derivative. Returns what is left. */
    async removeAll(): Promise<string[]> {
      const left: string[] = [];
      for (const { preset, ...version } of put.splice(0)) {
        const derivative = { Bucket: buckets.derivatives, Key: `${preset}/${version.Key}` };
        try {
          await originals.send(new DeleteObjectCommand({ Bucket: buckets.originals, ...version }));
          await derivatives.send(new DeleteObjectCommand(derivative));
        } catch (error) {
          left.push(`${version.Key} could not be removed: ${error instanceof Error ? error.message : error}`);
        }
      }
      return left;
    },
  };
}
