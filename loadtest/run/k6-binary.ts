import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

const module = 'go.k6.io/k6/v2';
const source = resolve(import.meta.dirname, '../k6');
const tools = resolve(import.meta.dirname, '../../.cache/k6');

/** The scripts need TextDecoder, which k6 has from 2.2 on, and the options and exit codes of version 2. */
const needed = [2, 2] as const;
/** What go.mod of k6 2.2 requires. */
const neededGo = [1, 25] as const;

const howToGet =
  `k6 ${needed.join('.')} or newer is needed. Install it (grafana.com/docs/k6), ` +
  `or install Go ${neededGo.join('.')} or newer: "make k6" then builds it once`;

/** Returns the path of k6: the one on PATH when it is new enough, or one that is built here once. */
export async function findK6(say: (line: string) => void): Promise<string> {
  const onPath = which('k6');
  const version = onPath && spawnSync(onPath, ['version'], { encoding: 'utf8' }).stdout;
  if (onPath && isVersion(version, needed)) return onPath;
  const built = join(tools, `k6-${pinnedVersion()}`);
  if (existsSync(built)) return built;
  if (onPath)
    say(
      `${onPath} is ${version || 'of an unknown version'}: expected k6 ${needed.join('.')} or a newer ${needed[0]}.x`,
    );
  const go = which('go');
  if (!go || !isVersion(goVersion(go), neededGo))
    throw new Error(go ? `${goVersion(go)} is too old. ${howToGet}` : howToGet);
  await build(go, built, say);
  return built;
}

/** Returns the version that go.mod pins. */
export function pinnedVersion(goMod = readFileSync(join(source, 'go.mod'), 'utf8')): string {
  const version = goMod
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find((words) => words.includes(module) && words.some((word) => /^v\d/.test(word)))
    ?.find((word) => /^v\d/.test(word));
  if (!version) throw new Error(`loadtest/k6/go.mod requires no ${module}: expected a version`);
  return version;
}

/** Returns whether a program's output names a version of this major and at least this minor number. */
export function isVersion(output: string | undefined, [major, minor]: readonly [number, number]): boolean {
  const [, seenMajor, seenMinor] = /\b(?:v|go)(\d+)\.(\d+)/.exec(output ?? '') ?? [];
  return Number(seenMajor) === major && Number(seenMinor) >= minor;
}

function which(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
}

function goVersion(go: string): string {
  return (spawnSync(go, ['env', 'GOVERSION'], { encoding: 'utf8', cwd: source }).stdout ?? '').trim();
}

async function build(go: string, to: string, say: (line: string) => void): Promise<void> {
  mkdirSync(tools, { recursive: true });
  const started = Date.now();
  say(`building k6 ${pinnedVersion()} with ${goVersion(go)}, once; this takes one to three minutes`);
  const part = `${to}.part`;
  const child = spawn(go, ['build', '-v', '-trimpath', '-ldflags=-s -w', '-o', part, module], {
    cwd: source,
    env: { ...process.env, CGO_ENABLED: '0' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let packages = 0;
  let last = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    const lines = text.split('\n').filter((line) => line !== '');
    packages += lines.length;
    last = lines.at(-1) ?? last;
  });
  const ended = new Promise<number | null>((done, fail) => child.once('error', fail).once('close', done));
  const status = await withProgress(say, () => `${packages} packages compiled`, ended);
  if (status !== 0) throw new Error(`go build of k6 ended with ${status}: ${last}. ${howToGet}`);
  renameSync(part, to);
  say(`k6 is in .cache/k6 after ${Math.round((Date.now() - started) / 1000)} s`);
}

/** How often a long step prints a line. */
const everyMilliseconds = 5_000;

/** Prints what `line` returns every few seconds until the work ends. */
export async function withProgress<T>(
  say: (line: string) => void,
  line: () => string,
  work: Promise<T>,
  every = everyMilliseconds,
): Promise<T> {
  const started = Date.now();
  const timer = setInterval(() => say(`  ${Math.round((Date.now() - started) / 1000)} s: ${line()}`), every);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}
