/** `make bench-sweep`: were the settings in src/ the right ones? See `help`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildLambda } from '../built-lambda.ts';
import { startStore } from '../handler/store.ts';
import { describeMachine, load } from '../machine.ts';
import { startProgress } from '../memory/progress.ts';
import { provenance } from '../memory/sentences.ts';
import { compileProgram } from '../programs.ts';
import { startRunFolder } from '../run-folder.ts';
import { measureFamily, stepsOf } from './measure-family.ts';
import { familyTable, summary } from './report.ts';
import type { SweepRow } from './sweep-row.ts';
import { families } from './variants.ts';

const help = `make bench-sweep [QUICK=1] [SWEEP="options"]

Holds each setting that src/ has decided against its neighbours: CPU time, bytes, and how alike the result is to a
faultless image, so that nothing counts as smaller that only looks worse. Arenas of the allocator: CPU time and peak
memory of the whole mix in one process.

  --quick       3 rounds in place of 7
  --only TEXT   families whose name has it: ${families.map(({ name }) => name).join(', ')}
  --out FILE    where to write FILE.md and FILE.json (default .cache/bench/sweep)`;

async function sweep(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      out: { type: 'string', default: '.cache/bench/sweep' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(help);
  const chosen = families.filter(({ name }) => name.includes(values.only));
  if (chosen.length === 0)
    throw new Error(
      `--only is ${values.only}: expected a part of one of ${families.map(({ name }) => name).join(', ')}`,
    );

  const rounds = values.quick ? 3 : 7;
  const [startedAt, loadBefore] = [performance.now(), load()];
  const progress = startProgress(process.stderr);
  const folder = startRunFolder('sweep');
  try {
    const variables = buildLambda(resolve(import.meta.dirname, '../..'), folder.path);
    const programs = join(import.meta.dirname, '../programs');
    const program = await compileProgram(join(programs, 'variant.ts'));
    const calls = await compileProgram(join(programs, 'bundled-calls.ts'));
    const store = await startStore();
    folder.atEnd(() => store.close());
    const laboratory = { store, program: calls, variables: { ...variables, ...store.variables } };
    progress.expect(
      chosen.reduce((sum, family) => sum + stepsOf(family, rounds), 0),
      Number.POSITIVE_INFINITY,
    );
    const results: { family: string; rows: SweepRow[] }[] = [];
    for (const family of chosen) {
      const rows = await measureFamily(family, { laboratory, program, variables, rounds, progress });
      progress.end();
      console.log(`${familyTable(family, rows)}\n`);
      results.push({ family: family.name, rows });
    }
    const about = {
      machine: describeMachine(),
      load: { before: loadBefore, after: load() },
      date: new Date().toISOString(),
      seconds: (performance.now() - startedAt) / 1000,
      isQuick: values.quick,
    };
    const last = `${summary(results)}\n${provenance(about)}`;
    console.log(last);
    mkdirSync(dirname(resolve(values.out)), { recursive: true });
    const tables = chosen.map((family, index) => familyTable(family, results[index]?.rows ?? []));
    writeFileSync(`${values.out}.md`, `${[...tables, last].join('\n\n')}\n`);
    writeFileSync(`${values.out}.json`, `${JSON.stringify({ ...about, results })}\n`);
  } finally {
    progress.end();
    await folder.end();
  }
}

try {
  await sweep();
} catch (error) {
  console.error(`bench-sweep: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
