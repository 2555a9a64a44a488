import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { numberOption } from '../number-option.ts';
import { assumedUnlessSaid, type SaidAssumptions } from './assumptions.ts';
import type { BenchResult } from './conclude.ts';
import { readKeptResult } from './kept-result.ts';

const { s3: s3UnlessSaid } = assumedUnlessSaid;

export const help = `make bench [QUICK=1] [VERIFY=1] [APPLY=1] [REPORT=1] [BENCH="options"]

Which memory size the Lambda should have, and what a resize costs. Calls the built Lambda in fresh processes on real
photographs, measures CPU time, and works out what each memory size would make of it.

  --quick               under two minutes in place of a quarter of an hour
  --verify              hold the model against a quota of CPU and memory, where the system lets us set one (Linux, root)
  --apply               write the pick to infra/function-memory.json
  --report              end with code 0 once the report stands, whatever it says: where speed is shown and not judged
  --photos DIR          measure on images of your own: the best thing you can do for a right answer
  --mix FILE            what your viewers ask for: [{ "photo": "a.jpg", "preset": "200x200", "weight": 3 }, ...]
  --cold-share ${assumedUnlessSaid.coldShare}     part of the resizes that are the first call of a Lambda's process
  --hit-rate ${assumedUnlessSaid.hitRate}        part of the views that CloudFront holds
  --headroom ${assumedUnlessSaid.headroom}        part of the objective and of the memory that has to stay free
  --s3-latency ${s3UnlessSaid.latencyMilliseconds}       milliseconds to the first byte of a GET, and again for a PUT, in the middle
  --s3-spread ${s3UnlessSaid.spread}       how many times the median the p95 is
  --s3-bandwidth ${s3UnlessSaid.megabytesPerSecond}     megabytes a second
  --out FILE            where to write FILE.html, .svg and .json (default .cache/bench/memory)
  --from FILE.json      read a kept result again instead of measuring; what is not said anew is assumed as it was then

Ends with code 0 and a pick, 1 when nothing qualifies or something failed, 2 when the measurement was too noisy to
conclude anything. (make itself turns every failure into its own code 2.)`;

export interface Options extends SaidAssumptions {
  readonly isQuick: boolean;
  readonly verifies: boolean;
  readonly applies: boolean;
  readonly onlyReports: boolean;
  readonly photos: string | undefined;
  readonly mixFile: string | undefined;
  readonly out: string;
  /** What is read again instead of measuring. */
  readonly kept: { readonly file: string; readonly result: BenchResult } | undefined;
}

/** `undefined`: only help was asked for. */
export function readOptions(args: readonly string[]): Options | undefined {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      verify: { type: 'boolean', default: false },
      apply: { type: 'boolean', default: false },
      report: { type: 'boolean', default: false },
      photos: text,
      mix: text,
      'cold-share': text,
      'hit-rate': text,
      headroom: text,
      's3-latency': text,
      's3-spread': text,
      's3-bandwidth': text,
      out: { type: 'string', default: '.cache/bench/memory' },
      from: text,
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const number = (name: keyof typeof values, otherwise: number, least: number, most: number) =>
    numberOption(name, String(values[name] ?? otherwise), least, most);
  const kept = values.from ? { file: values.from, result: readKeptResult(values.from) } : undefined;
  const { s3, coldShare, hitRate, headroom } = kept?.result.assumed ?? assumedUnlessSaid;
  return {
    isQuick: values.quick,
    verifies: values.verify,
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

export function readMixFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Error(`--mix is ${file}: expected a file that can be read`, { cause });
  }
}
