import { parseArgs } from 'node:util';
import { numberOption } from '../command.ts';
import { type AssumedByOption, type BenchResult, defaultAssumptions, readResult } from './result.ts';

const { s3: defaultS3 } = defaultAssumptions;

export const help = `make bench [QUICK=1] [APPLY=1] [REPORT=1] [BENCH="options"]

Which memory size the Lambda should have, and what a resize costs there. Calls the built Lambda in fresh processes,
measures CPU time, and models what each memory size makes of it. The photographs are mosaics of one NASA texture: measure
on your own with --photos.

  --quick               about two minutes, not a quarter of an hour
  --apply               write the pick to infra/function-memory.json
  --report              end with code 0 whatever the verdict is
  --photos DIR          measure on your own images, sub-folders included
  --mix FILE            your traffic: [{ "photo": "a.jpg", "preset": "200x200", "weight": 3 }, ...]
  --cold-share ${defaultAssumptions.coldShare}     share of the resizes that are the first call of a process
  --hit-rate ${defaultAssumptions.hitRate}        share of the views that CloudFront holds
  --headroom ${defaultAssumptions.headroom}        share of the objective and of the memory that has to stay free
  --s3-latency ${defaultS3.latencyMilliseconds}       median milliseconds to the first byte of a GET, and again for a PUT
  --s3-spread ${defaultS3.spread}       p95 / median
  --s3-bandwidth ${defaultS3.megabytesPerSecond}     megabytes a second
  --out FILE            where to write FILE.md, .svg and .json (default .cache/bench/memory)
  --from FILE.json      report a kept result instead of measuring, with the assumptions of then unless given anew

Ends with code 0 and a pick, 1 when no size qualifies or something failed, 2 when the measurement was too noisy for a
conclusion. make turns every failure into its own code 2.`;

export interface Options extends AssumedByOption {
  readonly isQuick: boolean;
  readonly applies: boolean;
  readonly onlyReports: boolean;
  readonly photos: string | undefined;
  readonly mixFile: string | undefined;
  readonly out: string;
  /** The result to report instead of measuring. */
  readonly kept: BenchResult | undefined;
}

/** Returns undefined when only help was asked for. */
export function readOptions(args: readonly string[]): Options | undefined {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{ quick: flag, apply: flag, report: flag, help: flag },
      ...{ photos: text, mix: text, from: text, headroom: text },
      ...{ 'cold-share': text, 'hit-rate': text, 's3-latency': text, 's3-spread': text, 's3-bandwidth': text },
      out: { type: 'string', default: '.cache/bench/memory' },
    },
  });
  if (values.help) return undefined;
  const number = (name: keyof typeof values, otherwise: number, least: number, most: number) =>
    numberOption(name, String(values[name] ?? otherwise), least, most);
  const kept = values.from ? readResult(values.from) : undefined;
  const { s3, coldShare, hitRate, headroom } = kept?.assumed ?? defaultAssumptions;
  return {
    isQuick: values.quick,
    applies: values.apply,
    onlyReports: values.report,
    photos: values.photos || undefined,
    mixFile: values.mix || undefined,
    coldShare: number('cold-share', coldShare, 0, 1),
    hitRate: number('hit-rate', hitRate, 0, 1),
    headroom: number('headroom', headroom, 0, 0.9),
    s3: {
      latencyMilliseconds: number('s3-latency', s3.latencyMilliseconds, 0, 10_000),
      spread: number('s3-spread', s3.spread, 1, 100),
      megabytesPerSecond: number('s3-bandwidth', s3.megabytesPerSecond, 0.1, 10_000),
    },
    out: values.out,
    kept,
  };
}
