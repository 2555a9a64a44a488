/** `make bench-sweep`: the shipped settings beside their neighbours and beside sharp's defaults. See `help`. */
import { parseArgs } from 'node:util';
import { keepReport, runCommand, startProgress } from '../command.ts';
import { describeCircumstances, recordCircumstances } from '../machine.ts';
import { makePhotos } from '../photos/make-photos.ts';
import { photoFolder } from '../photos/photo-set.ts';
import { startLambda } from '../run/call-lambda.ts';
import { compileProgram } from '../run/compile.ts';
import { startRunFolder } from '../run/run-folder.ts';
import { families } from './families.ts';
import { measureFamily, stepsOf } from './measure.ts';
import { negotiate, negotiationReport } from './negotiated.ts';
import { sweepReport } from './report.ts';
import { missedByteGoals } from './rows.ts';
import { weighCorpus, weightReport } from './weights.ts';

const names = families.map(({ name }) => name).join(', ');
const help = `make bench-sweep [QUICK=1] [SWEEP="options"]

Compares each setting of src/ with its neighbours, and with sharp's defaults: CPU time, bytes, and SSIM to a faultless
derivative, so that nothing counts as smaller that looks worse. Allocator arenas: CPU time and peak memory of the whole
mix in one process.

  --quick       3 rounds, not 7
  --only TEXT   families whose name contains the text: ${names}
  --corpus DIR  a folder of images: prints the bytes of their derivatives beside their own, before and after the decisions
                that look at the image (default: $CORPUS). Nothing else is measured with --only bytes. With --only
                Accept: their bytes, SSIM and CPU time in the formats that the edge chooses by Accept; without a folder,
                those of the photographs of the bench
  --out FILE    where to write FILE.md and FILE.json (default .cache/bench/sweep)

Ends with code 1 when a goal of bytes is missed.`;

async function sweep(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      corpus: { type: 'string', default: process.env.CORPUS ?? '' },
      out: { type: 'string', default: '.cache/bench/sweep' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(help);
  if (values.only === 'Accept') {
    const negotiations = await negotiate(values.corpus || photoFolder);
    return keepReport(values.out, negotiationReport(negotiations), { negotiations });
  }
  const weights = values.corpus ? await weighCorpus(values.corpus) : [];
  const weightTable = weights.length > 0 ? [weightReport(weights)] : [];
  if (values.only === 'bytes') {
    if (weights.length === 0) throw new Error('--only bytes needs a folder of images: --corpus DIR, or CORPUS');
    return keepReport(values.out, weightTable.join(''), { weights });
  }
  const chosen = families.filter(({ name }) => name.includes(values.only));
  if (chosen.length === 0) throw new Error(`--only is ${values.only}: expected a part of one of ${names}`);

  await makePhotos(chosen.flatMap(({ cases }) => cases.map(({ photo }) => photo)));
  const rounds = values.quick ? 3 : 7;
  const circumstances = recordCircumstances(values.quick);
  const progress = startProgress();
  const folder = startRunFolder('sweep');
  try {
    progress.step('building the Lambda');
    const lambda = await startLambda(folder);
    const program = await compileProgram('bench/sweep/variant.ts');
    progress.expect(chosen.reduce((sum, family) => sum + stepsOf(family, rounds), 0));
    const results = [];
    for (const family of chosen) {
      results.push({ family, rows: await measureFamily(family, { lambda, program, rounds, progress }) });
    }
    progress.end();
    const about = circumstances();
    const report = [sweepReport(results), ...weightTable, describeCircumstances(about)].join('\n\n');
    keepReport(values.out, report, { ...about, results, weights });
    if (results.some(({ family, rows }) => missedByteGoals(family, rows).length > 0)) process.exitCode = 1;
  } finally {
    progress.end();
    await folder.end();
  }
}

await runCommand('bench-sweep', sweep);
