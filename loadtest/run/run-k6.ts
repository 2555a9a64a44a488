import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PlanFile, ScenarioPlan } from '../lib/plan.ts';
import type { Summary } from '../report/summary.ts';
import { withProgress } from './k6-binary.ts';
import { processorSeconds } from './machine.ts';

/** The files of one scenario, in the folder of its run. */
export interface ScenarioFiles {
  readonly plan: string;
  readonly summary: string;
  readonly log: string;
  /** k6's own HTML report. */
  readonly dashboard: string;
}

/** What a script sends by `console.log`: an example of a defect, or the passes of the pre-warming. */
export interface Message {
  readonly code?: string;
  readonly seen?: string;
  readonly prewarm?: { readonly images: number; readonly hits: readonly number[] };
}

export interface K6Run {
  readonly exitCode: number;
  readonly seconds: number;
  /** CPU time of k6: a busy client measures itself. */
  readonly processorSeconds?: number;
  /** Absent when k6 ended before it wrote one. */
  readonly summary?: Summary;
  readonly messages: readonly Message[];
  /** The last lines of k6's own log. */
  readonly log: readonly string[];
}

export function writePlan(runFolder: string, plan: PlanFile): ScenarioFiles {
  const folder = join(runFolder, plan.scenario);
  mkdirSync(folder, { recursive: true });
  const file = (name: string) => join(folder, name);
  const files = {
    plan: file('plan.json'),
    summary: file('summary.json'),
    log: file('k6.log'),
    dashboard: file('dashboard.html'),
  };
  writeFileSync(files.plan, `${JSON.stringify(plan, null, 2)}\n`);
  return files;
}

export const scriptOf = ({ scenario }: Pick<ScenarioPlan, 'scenario'>) =>
  join(import.meta.dirname, `../scenarios/${scenario}.ts`);

/** Lets k6 read the script, and throws when it cannot. Nothing is sent. */
export async function inspect(k6: string, plan: ScenarioPlan, files: ScenarioFiles): Promise<void> {
  const { exitCode, errors } = await call(k6, ['inspect', '--execution-requirements'], plan, files);
  // A warning is an error here: k6 warns of options that it does not know and ignores.
  if (exitCode === 0 && errors.length === 0) return;
  throw new Error(`k6 cannot read ${scriptOf(plan)} (exit code ${exitCode}): ${errors.join('\n')}`);
}

/** Runs one scenario. `interrupted` ends it early; its summary is written all the same. `replacer` is for `replaced`. */
export async function runK6(
  k6: string,
  plan: ScenarioPlan,
  files: ScenarioFiles,
  {
    say,
    interrupted,
    replacer = '',
  }: {
    readonly say: (line: string) => void;
    readonly interrupted?: AbortSignal | undefined;
    readonly replacer?: string | undefined;
  },
): Promise<K6Run> {
  const started = Date.now();
  const messages: Message[] = [];
  const log: string[] = [];
  const codes = new Set<string>();
  let progress = 'k6 starts';
  const onLine = (line: string) => {
    const message = messageIn(line);
    if (message) messages.push(message);
    else log.push(line);
    const { code, seen } = message ?? {};
    if (code !== undefined && !codes.has(code)) say(`  ${code}: ${seen}`);
    if (code !== undefined) codes.add(code);
  };
  const onOutput = (text: string) => {
    progress = progressIn(text) ?? progress;
  };
  // "k6 run" has its own page of graphs; without a port it serves nothing and only writes the file.
  const options = [
    '-e',
    `REPLACER=${replacer}`,
    '--no-usage-report',
    '--log-format',
    'json',
    '--summary-export',
    files.summary,
  ];
  const { exitCode, processor, output } = await withProgress(
    say,
    () => `${plan.scenario}: ${progress}`,
    call(k6, ['run', ...options], plan, files, { interrupted, onLine, onOutput }),
  );
  writeFileSync(files.log, [output, ...log, ''].join('\n'));
  return {
    exitCode,
    seconds: (Date.now() - started) / 1000,
    ...(processor !== undefined && { processorSeconds: processor }),
    ...(existsSync(files.summary) && { summary: JSON.parse(readFileSync(files.summary, 'utf8')) as Summary }),
    messages,
    log: log.slice(-5),
  };
}

/** Reads a line of k6's log: `{"level":"info","msg":"…","source":"console"}`. Returns `undefined` for k6's own lines. */
export function messageIn(line: string): Message | undefined {
  try {
    const { msg, source } = JSON.parse(line) as { readonly msg?: string; readonly source?: string };
    return source === 'console' && msg !== undefined ? (JSON.parse(msg) as Message) : undefined;
  } catch {
    return undefined;
  }
}

/** Reads k6's progress: `running (04.0s), 0/4 VUs, 12 complete and 0 interrupted iterations`. */
export function progressIn(text: string): string | undefined {
  const views = /^running .* (\d+) complete /m.exec(text)?.[1];
  if (views !== undefined) return `${views} views`;
  return /\] setup\(\)$/m.test(text) ? 'pre-warming' : undefined;
}

interface Watchers {
  readonly interrupted?: AbortSignal | undefined;
  /** Called with each line of stderr. */
  readonly onLine?: (line: string) => void;
  readonly onOutput?: (text: string) => void;
}

const processorMilliseconds = 500;

async function call(
  k6: string,
  [command = '', ...options]: readonly string[],
  plan: ScenarioPlan,
  files: ScenarioFiles,
  { interrupted, onLine = () => {}, onOutput = () => {} }: Watchers = {},
) {
  const child = spawn(k6, [command, '-e', `PLAN=${files.plan}`, ...options, scriptOf(plan)], {
    env: {
      ...process.env,
      K6_WEB_DASHBOARD: command === 'run' ? 'true' : 'false',
      K6_WEB_DASHBOARD_PORT: '-1',
      K6_WEB_DASHBOARD_PERIOD: '1s',
      K6_WEB_DASHBOARD_EXPORT: files.dashboard,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    // In a process group of its own: Ctrl-C would reach k6 as well, and k6 aborts at a second signal.
    detached: true,
  });
  const end = () => child.kill('SIGINT');
  interrupted?.addEventListener('abort', end);
  let output = '';
  const errors: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    onOutput(text);
  });
  let rest = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
    errors.push(...lines);
  });
  // Linux forgets the CPU time of a process when it ends, so it is read until then.
  let processor: number | undefined;
  const watch = setInterval(() => {
    processor = (child.pid === undefined ? undefined : processorSeconds(child.pid)) ?? processor;
  }, processorMilliseconds);
  const exitCode = await new Promise<number>((done, fail) =>
    child.once('error', fail).once('close', (code) => done(code ?? -1)),
  );
  clearInterval(watch);
  interrupted?.removeEventListener('abort', end);
  return { exitCode, output, errors: errors.filter((line) => line !== ''), processor };
}
