import { parentPort, Worker, workerData } from 'node:worker_threads';
import { findIncident } from './incidents.ts';
import { tell } from './progress.ts';
import { type Rehearsal, rehearse } from './rehearsal.ts';
import type { SceneOptions } from './scene.ts';

interface Job {
  readonly name: string;
  readonly options: SceneOptions;
}

type Message = { readonly line: string } | { readonly rehearsal: Rehearsal };

/** Plays an incident in a thread of its own, so that others can be played at the same time. */
export function rehearseInThread(job: Job, say: (line: string) => void, signal: AbortSignal): Promise<Rehearsal> {
  const worker = new Worker(new URL(import.meta.url), { workerData: job });
  // It stops its chain itself, with all of its processes and folders.
  const stop = () => worker.postMessage('stop');
  signal.addEventListener('abort', stop);
  return new Promise<Rehearsal>((resolve, reject) => {
    worker.on('message', (message: Message) => ('line' in message ? say(message.line) : resolve(message.rehearsal)));
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new Error(`The thread of ${job.name} ended with ${code}, without a result`)));
  }).finally(() => signal.removeEventListener('abort', stop));
}

if (parentPort) await play(parentPort, workerData as Job);

async function play(port: NonNullable<typeof parentPort>, { name, options }: Job): Promise<void> {
  const ends = new AbortController();
  port.on('message', () => ends.abort(new Error(`${name} was interrupted`))).unref();
  const incident = findIncident(name);
  const audience = tell(name, incident, (line) => port.postMessage({ line }));
  port.postMessage({ rehearsal: await rehearse(incident, options, audience, ends.signal) });
}
