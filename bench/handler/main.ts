/** `make bench-handler`: what the service costs beside the work that it cannot avoid. See `help`. */
import { parseArgs } from 'node:util';
import { keepReport, runCommand } from '../command.ts';
import { describeCircumstances, recordCircumstances } from '../machine.ts';
import { makePhotos } from '../photos/make-photos.ts';
import { startProgress } from '../progress.ts';
import { startLambda } from '../run/call-lambda.ts';
import { startRunFolder } from '../run/run-folder.ts';
import { resizeCases } from './cases.ts';
import { full, measureEarlyAnswers, measureInMemory, measureOverS3, quick, type Setting } from './measure.ts';
import { handlerReport, type Row } from './report.ts';

const sections = { memory: measureInMemory, s3: measureOverS3, early: measureEarlyAnswers };
const names = Object.keys(sections) as (keyof typeof sections)[];

const help = `make bench-handler [QUICK=1] [ONLY=memory,s3] [REPORT=1]

Compares CPU time, in turn in processes of their own:
  memory  the handler with stores in memory and sharp alone
  s3      the built Lambda over a local S3 and the same calls of S3 by hand
  early   answers that decode nothing, with stores in memory

  --quick       fewer rounds
  --only LIST   some of ${names.join(', ')}
  --report      print the table, and end with code 0 also when a goal is missed
  --out FILE    where to write FILE.md and FILE.json (default .cache/bench/handler)

Ends with code 1 when a goal is missed.`;

async function benchHandler(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', default: names.join() },
      report: { type: 'boolean', default: false },
      out: { type: 'string', default: '.cache/bench/handler' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(help);
  const chosen = values.only.split(',');
  const unknown = chosen.find((one) => !names.some((name) => name === one));
  if (unknown !== undefined)
    throw new Error(`--only has ${JSON.stringify(unknown)}: expected some of ${names.join(', ')}`);

  await makePhotos(resizeCases.map(([photo]) => photo));
  const circumstances = recordCircumstances(values.quick);
  const progress = startProgress();
  const folder = startRunFolder('handler');
  const rows: Row[] = [];
  try {
    const setting: Setting = {
      plan: values.quick ? quick : full,
      lambda: await startLambda(folder),
      progress,
    };
    for (const name of names) if (chosen.includes(name)) rows.push(...(await sections[name](setting)));
  } finally {
    progress.end();
    await folder.end();
  }

  const about = circumstances();
  const report = `${handlerReport(rows)}\n${describeCircumstances(about)}`;
  keepReport(values.out, report, { ...about, rows });
  if (!values.report && rows.some(({ isMet }) => !isMet)) process.exitCode = 1;
}

await runCommand('bench-handler', benchHandler);
