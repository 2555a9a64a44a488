import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { keepReport } from '../report/baseline.ts';
import { dollars } from '../report/format.ts';
import { toHtml } from '../report/html.ts';
import { toMarkdown } from '../report/markdown.ts';
import { makeReport, type Report } from '../report/report.ts';
import { totalOf } from './cost.ts';
import { drive } from './drive.ts';
import { thisMachine } from './machine.ts';
import { type LoadOptions, prepare } from './prepare.ts';

export interface FinishedRun {
  readonly report: Report;
  readonly folder: string;
}

/** A run, top to bottom: planned and inspected, guarded, seeded, loaded, swept, judged and told. */
export async function runLoad(options: LoadOptions): Promise<FinishedRun> {
  const { target, workload, say } = options;
  const run = await prepare(options);
  const cost = dollars(totalOf(run.estimate));
  say(`run ${run.runId}, ${workload}, on ${target.target} (${target.imageUrl}); about ${cost} at the prices of AWS`);

  const driven = await drive(run);

  const report = makeReport(run, driven);
  writeFileSync(join(run.folder, 'report.md'), toMarkdown(report));
  writeFileSync(join(run.folder, 'report.html'), toHtml(report));
  writeFileSync(join(run.folder, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
  if (options.keep) say(keepReport({ target: target.target, machine: thisMachine().id, workload }, report));
  return { report, folder: run.folder };
}
