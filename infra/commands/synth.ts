/** `make synth`: writes the templates of all environments to cdk.out/, unless their sources have not changed. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  globSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import type { ApiOn } from '../../src/config.ts';

const root = join(import.meta.dirname, '../..');
const kept = join(root, '.cache/synth');
/** Everything that the templates and the Lambdas' code are made from. */
const sources = ['src/**/*.ts', 'infra/**/*.{ts,js,json}', 'dashboards/**/*.ts', 'cdk.json', 'package-lock.json'];

/**
 * Returns the folder of the templates, with the Lambdas' code beside them. A folder is kept for each state of the
 * sources, so a command that runs from one is not disturbed by the next synth. `apiOn` replaces that of the environments.
 */
export function synthesize(apiOn?: ApiOn): string {
  const folder = join(kept, [digestOfSources(), ...(apiOn ? [apiOn] : [])].join('-'));
  if (!existsSync(folder)) {
    const unlock = lock();
    try {
      if (!existsSync(folder)) writeTemplates(folder, apiOn);
    } finally {
      unlock();
    }
  }
  return folder;
}

function digestOfSources(): string {
  const digest = createHash('sha256').update(process.version);
  for (const file of globSync(sources, { cwd: root }).sort()) {
    digest.update(`${file}\n`).update(readFileSync(join(root, file)));
  }
  return digest.digest('hex').slice(0, 16);
}

function writeTemplates(folder: string, apiOn?: ApiOn): void {
  removeOld();
  const draft = `${folder}.part`;
  rmSync(draft, { recursive: true, force: true });
  const bin = join(root, 'node_modules/.bin');
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, CDK_VALIDATION: 'false' };
  try {
    const options = { cwd: root, env, stdio: 'pipe', encoding: 'utf8' } as const;
    execFileSync(process.execPath, [join(root, 'infra/build-lambdas.ts')], options);
    execFileSync(
      join(bin, 'cdk'),
      ['synth', '--quiet', '--output', draft, ...(apiOn ? ['-c', `apiOn=${apiOn}`] : [])],
      options,
    );
  } catch (cause) {
    const { stderr = '' } = cause as { stderr?: string };
    throw new Error(`The templates cannot be synthesized:\n${withoutStack(stderr)}`, { cause });
  }
  renameSync(draft, folder);
}

/** A fault in the configuration is thrown by infra/app.ts; Node prints the place in the source before it, and a stack. */
function withoutStack(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => !/^\s+at /.test(line));
  const from = lines.findIndex((line) => /^\w*Error: /.test(line));
  return lines.slice(Math.max(0, from)).join('\n').trim();
}

/** Removes folders that are a day old: nothing runs from them any more. */
function removeOld(): void {
  const dayAgo = Date.now() - 24 * 60 * 60 * 1000;
  for (const name of existsSync(kept) ? readdirSync(kept) : []) {
    const path = join(kept, name);
    if (statSync(path).mtimeMs < dayAgo) rmSync(path, { recursive: true, force: true });
  }
}

/** Waits until no other process synthesizes. Returns a function that ends the lock. */
function lock(): () => void {
  const file = join(root, '.cache/synth.lock');
  mkdirSync(kept, { recursive: true });
  for (let waited = false; ; waited = true) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch {
      const owner = Number(existsSync(file) && readFileSync(file, 'utf8'));
      if (owner > 0 && !isRunning(owner)) rmSync(file, { force: true });
      if (!waited) console.error('Waiting for another synth in this checkout …');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Synthesizes, and points cdk.out (`cdk.out.own-host` for that mode) at the folder. A rename swaps the link in one step, so a reader never finds half a synth. */
export function synth(apiOn?: ApiOn): void {
  const folder = synthesize(apiOn);
  const link = join(root, apiOn ? `cdk.out.${apiOn}` : 'cdk.out');
  const draft = `${link}.${process.pid}`;
  symlinkSync(relative(root, folder), draft);
  if (lstatSync(link, { throwIfNoEntry: false })?.isDirectory()) rmSync(link, { recursive: true });
  renameSync(draft, link);
}

if (import.meta.main) {
  try {
    const { values } = parseArgs({ options: { 'api-on': { type: 'string', default: '' } } });
    const apiOn = values['api-on'];
    if (!['', 'image-host', 'own-host'].includes(apiOn)) {
      throw new Error(`API_ON is "${apiOn}": expected image-host or own-host`);
    }
    synth((apiOn as ApiOn) || undefined);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
