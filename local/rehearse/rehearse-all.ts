import { parentPort, Worker, workerData } from 'node:worker_threads';
import { readPart, writeParts } from '../../docs/generated.ts';
import { findIncident } from './incidents.ts';
import { docsPage, judge, matrix, type Played, partName } from './judge.ts';
import { type RehearsalOptions, templateOf } from './options.ts';
import { createReporter, type Rehearsal, rehearse } from './rehearsal.ts';
import type { RigOptions } from './rig.ts';

type Print = (line: string) => void;

/** Rehearses each incident in a chain of its own, some at the same time. Returns whether all went as expected. */
export async function rehearseAll(options: RehearsalOptions, print: Print, signal: AbortSignal): Promise<boolean> {
  const { isFull, write } = options;
  const start = performance.now();
  const played = await playAll(options, print, signal);
  const table = matrix(played);
  print(`\n${table}\n`);
  print(`${played.length} incidents in ${Math.round((performance.now() - start) / 1000)} seconds`);
  const problems = played.flatMap(problemsOf);
  for (const problem of problems) print(`FAIL  ${problem}`);
  if (problems.length > 0) return false;
  print(
    'PASS  Every expected alarm turned red in time, no other did, all are OK again, and every value was in its range.',
  );
  if (write) writeParts(docsPage, { [partName]: table });
  else if (isFull && readPart(docsPage, partName) !== table) print(`${docsPage} is out of date: make rehearse WRITE=1`);
  return true;
}

/** Starts with the longest, so that none is left alone at the end. */
async function playAll(options: RehearsalOptions, print: Print, signal: AbortSignal): Promise<readonly Played[]> {
  const { names, atOnce, pace } = options;
  const waiting = [...names].sort((a, b) => findIncident(b).minutes - findIncident(a).minutes);
  const played = new Map<string, Played>();

  /** When one cannot be played, the others are stopped. */
  const failure = new AbortController();
  const stop = AbortSignal.any([signal, failure.signal]);

  async function playNext(): Promise<void> {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const rigOptions = {
        templateFile: templateOf(findIncident(name), options),
        ...(pace !== undefined && { pace }),
      };
      const rehearsal = await playInThread({ name, options: rigOptions }, print, stop).catch((error: unknown) => {
        failure.abort();
        throw error;
      });
      const one = { name, incident: findIncident(name), rehearsal };
      played.set(name, one);
      for (const problem of problemsOf(one)) print(`FAIL  ${problem}`);
    }
  }
  await Promise.all(Array.from({ length: atOnce }, playNext));
  return names.flatMap((name) => played.get(name) ?? []);
}

function problemsOf({ name, incident, rehearsal }: Played): readonly string[] {
  return judge(incident, rehearsal).map(({ text }) => `${name}: ${text}`);
}

interface Job {
  readonly name: string;
  readonly options: RigOptions;
}

type Message = { readonly line: string } | { readonly rehearsal: Rehearsal };

/** Each chain has a thread, so that two use two cores. An abort lets the thread stop its own processes. */
function playInThread(job: Job, print: Print, signal: AbortSignal): Promise<Rehearsal> {
  const worker = new Worker(new URL(import.meta.url), { workerData: job });
  const abort = () => worker.postMessage('abort');
  signal.addEventListener('abort', abort);
  return new Promise<Rehearsal>((resolve, reject) => {
    worker.on('message', (message: Message) => ('line' in message ? print(message.line) : resolve(message.rehearsal)));
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new Error(`The thread of ${job.name} exited with ${code}`)));
  }).finally(() => signal.removeEventListener('abort', abort));
}

async function playJob(port: NonNullable<typeof parentPort>, { name, options }: Job): Promise<void> {
  const abort = new AbortController();
  port.on('message', () => abort.abort(new Error(`${name} was interrupted`))).unref();
  const incident = findIncident(name);
  const reporter = createReporter(name, incident, (line) => port.postMessage({ line }));
  port.postMessage({ rehearsal: await rehearse(incident, options, reporter, abort.signal) });
}

if (parentPort && workerData) await playJob(parentPort, workerData as Job);
