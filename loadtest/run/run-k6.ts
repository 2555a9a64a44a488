import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ScenarioPlan } from '../lib/plan.ts';
import { type Demand, readDemand } from './demand.ts';
import { processorSeconds } from './machine.ts';

const scripts = resolve(import.meta.dirname, '../scenarios');

/** The files of one scenario in the folder of its run. */
export interface ScenarioFiles {
  readonly folder: string;
  readonly plan: string;
  readonly summary: string;
  readonly told: string;
  readonly log: string;
  readonly dashboard: string;
}

export interface K6Run {
  readonly exitCode: number;
  readonly seconds: number;
  /** What k6 has worked itself: a client that is busy measures itself. */
  readonly processorSeconds?: number;
  /** Absent when k6 ended before it had one. */
  readonly summary?: unknown;
  /** Lines that the script has told, each in JSON. */
  readonly told: readonly unknown[];
  /** The last lines of k6's own log. */
  readonly log: string;
}

export function writePlan(runFolder: string, plan: ScenarioPlan): ScenarioFiles {
  const folder = join(runFolder, plan.scenario);
  mkdirSync(folder, { recursive: true });
  const file = (name: string) => join(folder, name);
  const files: ScenarioFiles = {
    folder,
    plan: file('plan.json'),
    summary: file('summary.json'),
    told: file('told.log'),
    log: file('k6.log'),
    dashboard: file('dashboard.html'),
  };
  writeFileSync(files.plan, `${JSON.stringify(plan, null, 2)}\n`);
  return files;
}

/** Lets k6 read the script and say what it would do. Nothing is sent. */
export async function inspect(k6: string, plan: ScenarioPlan, files: ScenarioFiles): Promise<Demand> {
  const words = ['inspect', '--execution-requirements', scriptOf(plan)];
  const { exitCode, output, complaints } = await call(k6, words, files);
  // Also a warning: it tells of an option that this k6 does not know, and would pass over.
  if (exitCode !== 0 || complaints !== '') {
    throw new Error(`k6 cannot read ${scriptOf(plan)} (exit ${exitCode}): ${complaints.trim()}`);
  }
  return readDemand(JSON.parse(output), plan);
}

/** `interrupted` ends it before its time; its summary is there all the same. */
export async function runK6(
  k6: string,
  plan: ScenarioPlan,
  files: ScenarioFiles,
  interrupted?: AbortSignal,
): Promise<K6Run> {
  const started = Date.now();
  const { exitCode, processor } = await call(
    k6,
    [
      'run',
      '--quiet',
      '--no-usage-report',
      '--console-output',
      files.told,
      '--log-output',
      `file=${files.log}`,
      scriptOf(plan),
    ],
    files,
    interrupted,
  );
  const read = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : '');
  const summary = read(files.summary);
  return {
    exitCode,
    seconds: (Date.now() - started) / 1000,
    ...(processor !== undefined && { processorSeconds: processor }),
    ...(summary !== '' && { summary: JSON.parse(summary) as unknown }),
    told: read(files.told).split('\n').flatMap(toldIn),
    log: read(files.log).trim().split('\n').slice(-5).join('\n'),
  };
}

const scriptOf = ({ scenario }: ScenarioPlan) => join(scripts, `${scenario}.ts`);

const processorMilliseconds = 500;

async function call(k6: string, words: readonly string[], files: ScenarioFiles, interrupted?: AbortSignal) {
  const [command = '', ...rest] = words;
  const variables = ['-e', `PLAN=${files.plan}`, '-e', `SUMMARY=${files.summary}`];
  const child = spawn(k6, [command, ...variables, ...rest], {
    env: {
      ...process.env,
      // k6's own page of graphs, written at the end; without a port it serves nothing.
      K6_WEB_DASHBOARD: command === 'run' ? 'true' : 'false',
      K6_WEB_DASHBOARD_PORT: '-1',
      K6_WEB_DASHBOARD_PERIOD: '1s',
      K6_WEB_DASHBOARD_EXPORT: files.dashboard,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Ctrl-C reaches a whole group; k6 takes a second signal for an order to drop everything.
    detached: true,
  });
  const end = () => child.kill('SIGINT');
  interrupted?.addEventListener('abort', end);
  let output = '';
  let complaints = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  // It is gone when it has ended, so it is looked at until then.
  let processor: number | undefined;
  const looking = setInterval(() => {
    processor = (child.pid === undefined ? undefined : processorSeconds(child.pid)) ?? processor;
  }, processorMilliseconds);
  const exitCode = await new Promise<number>((done, fail) =>
    child.once('error', fail).once('close', (code) => done(code ?? -1)),
  );
  clearInterval(looking);
  interrupted?.removeEventListener('abort', end);
  return { exitCode, output, complaints, processor };
}

/** k6 frames what a script says: `time="…" level=info msg="{\"code\":…}"`. */
export function toldIn(line: string): unknown[] {
  const message = /\bmsg=("(?:[^"\\]|\\.)*")/.exec(line)?.[1];
  if (message === undefined) return [];
  try {
    return [JSON.parse(JSON.parse(message) as string) as unknown];
  } catch {
    // Not ours: k6 itself writes here, too.
    return [];
  }
}
