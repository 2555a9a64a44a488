/** `make bench-handler`: what the service costs beside bare sharp. See `help`. */
import { parseArgs } from 'node:util';
import { keepReport, runCommand, startProgress } from '../command.ts';
import { describeCircumstances, recordCircumstances } from '../machine.ts';
import { makePhotos } from '../photos/make-photos.ts';
import { photoFile } from '../photos/photo-set.ts';
import { startRunFolder } from '../run/run-folder.ts';
import { prepareContenders } from './contenders.ts';
import { jobNames, jobs } from './jobs.ts';
import { full, measureJobs, measureStarts, quick } from './measure.ts';
import { goalsOf, handlerReport, isMet } from './report.ts';

const help = `make bench-handler [QUICK=1] [ONLY=J1,J8] [REPORT=1]

Compares the CPU time of nine jobs, in processes of their own that are fed by one origin, whose CPU time does not count:
  bare sharp   node:http, GET of the original, sharp with its own settings, reply
  control      bare sharp once more: what it differs by is noise
  S3 by hand   a handler with sharp and the SDK: GET and HEAD, resize, PUT
  service      the built Lambda

Then it compares the start of the service with that of the handler by hand, and prints the peak memory of a first call.

  --quick       fewer rounds and calls
  --only LIST   some of ${jobNames.join(', ')}
  --report      print the tables, and end with code 0 also when a goal is missed
  --out FILE    where to write FILE.md and FILE.json (default .cache/bench/handler)

Ends with code 1 when a goal is missed.`;

async function benchHandler(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', default: jobNames.join() },
      report: { type: 'boolean', default: false },
      out: { type: 'string', default: '.cache/bench/handler' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(help);
  const chosen = jobNames.filter((name) => values.only.split(',').includes(name));
  const unknown = values.only.split(',').find((one) => !chosen.some((name) => name === one));
  if (unknown !== undefined) {
    throw new Error(`--only has ${JSON.stringify(unknown)}: expected some of ${jobNames.join(', ')}`);
  }

  const photos = [...new Set(jobNames.map((name) => jobs[name].photo))];
  await makePhotos(photos);
  const plan = values.quick ? quick : full;
  const circumstances = recordCircumstances(values.quick);
  const progress = startProgress();
  progress.expect(plan.rounds * (1 + chosen.length) + plan.starts);
  const folder = startRunFolder('handler');
  try {
    const contenders = await prepareContenders(folder, photos.map(photoFile));
    const measured = await measureJobs(contenders, chosen, plan, progress);
    const starts = await measureStarts(contenders, plan, progress);
    progress.end();

    const about = circumstances();
    const report = `${handlerReport(measured, starts)}\n\n${describeCircumstances(about)}`;
    keepReport(values.out, report, { ...about, measured, starts });
    if (!values.report && !goalsOf(measured, starts).every(isMet)) process.exitCode = 1;
  } finally {
    progress.end();
    await folder.end();
  }
}

await runCommand('bench-handler', benchHandler);
