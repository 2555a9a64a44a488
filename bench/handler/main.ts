/** `make bench-handler`: what the service costs beside what it stands on. See `help`. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { describeMachine, load } from '../machine.ts';
import { measureCodecs } from './codecs.ts';
import { type Effort, full, quick } from './effort.ts';
import { measurePeaks, measureSoak } from './memory.ts';
import { measureOverS3 } from './over-s3.ts';
import { measureEarlyAnswers, measureOverhead } from './overhead.ts';
import { renderReport } from './report.ts';
import type { Row } from './rows.ts';
import { measureSizes } from './sizes.ts';
import { measureStart } from './start.ts';
import { startStore } from './store.ts';

const help = `make bench-handler [QUICK=1] [ONLY=abg] [REPORT=1]

Measures on real photographs (make photos) and prints a table of ratios: (a) the handler with stores in memory against
sharp alone, (b) over a local S3 against the same calls by hand, (c) the start of a process, (d) the size of the code,
(e) memory, (f) our encoder settings against sharp's, (g) answers without decoding. ONLY takes some of the letters.
Times are CPU times, measured in turn in processes of their own. Ends with code 1 when a goal is missed; with REPORT=1
only when one of bytes is, which are the same on every machine. The table and the single samples are kept in
.cache/bench/handler.md and .json.`;

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: 'abcdefg' },
    report: { type: 'boolean', default: false },
    out: { type: 'string', default: '.cache/bench/handler' },
    help: { type: 'boolean', default: false },
  },
});

async function bench(): Promise<void> {
  if (!/^[a-g]+$/.test(values.only)) throw new Error(`--only is ${values.only}: expected some of the letters a to g`);
  const dist = resolve(import.meta.dirname, '../../dist');
  // A copy, so that a build in the meantime does not change what is measured.
  const copy = resolve(import.meta.dirname, '../../.cache/bench/resize');
  rmSync(copy, { recursive: true, force: true });
  cpSync(join(dist, 'resize'), copy, { recursive: true });
  const bundle = join(copy, 'index.mjs');
  const startedAt = performance.now();
  const effort: Effort = {
    ...(values.quick ? quick : full),
    variables: { ...JSON.parse(readFileSync(join(dist, 'environment.json'), 'utf8')), BUNDLE: bundle },
    say: (progress) =>
      console.error(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(5)} s  ${progress}`),
  };
  const loadBefore = load();
  const store = await startStore();
  const sections: readonly (readonly [string, () => Promise<Row[]> | Row[]])[] = [
    ['a', () => measureOverhead(effort, store)],
    ['b', () => measureOverS3(effort, store)],
    ['c', () => measureStart(effort, store, bundle)],
    ['d', () => measureSizes(dist)],
    ['e', () => measurePeaks(effort, store)],
    ['e', () => measureSoak(effort, store)],
    ['f', () => measureCodecs(effort)],
    ['g', () => measureEarlyAnswers(effort, store)],
  ];
  const rows: Row[] = [];
  try {
    for (const [goal, measure] of sections) if (values.only.includes(goal)) rows.push(...(await measure()));
  } finally {
    await store.close();
  }

  const machine = describeMachine();
  const loads = { before: loadBefore, after: load() };
  const report = renderReport(rows, machine, loads, values.quick);
  mkdirSync(dirname(values.out), { recursive: true });
  writeFileSync(`${values.out}.md`, report);
  writeFileSync(`${values.out}.json`, JSON.stringify({ date: new Date(), machine, loads, rows }, null, 1));
  console.log(report);
  if (rows.some(({ met, bytesMet }) => (values.report ? bytesMet : met) === false)) process.exitCode = 1;
}

try {
  if (values.help) console.log(help);
  else await bench();
} catch (error) {
  console.error(`bench-handler: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
