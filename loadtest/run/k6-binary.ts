import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

const module = 'go.k6.io/k6/v2';
const source = resolve(import.meta.dirname, '../k6');
const tools = resolve(import.meta.dirname, '../../.cache/k6');

/** The scripts use the options and the exit codes of version 2. */
const neededMajor = 2;
/** go.mod of k6 2.2 asks for it. */
const neededGo = [1, 25] as const;

const howToGet =
  `k6 ${neededMajor} is needed. Either install it (grafana.com/docs/k6: a package for your system), ` +
  `or install Go ${neededGo.join('.')} or newer, by which make k6 builds it once`;

/** A k6 of the needed version: the one on PATH, else the one that was built here before, else it is built now. */
export async function findK6(say: (line: string) => void): Promise<string> {
  const onPath = which('k6');
  if (onPath && majorOf(onPath) === neededMajor) return onPath;
  const built = join(tools, `k6-${pinnedVersion()}`);
  if (existsSync(built)) return built;
  if (onPath) say(`${onPath} is version ${majorOf(onPath) ?? 'unknown'}, expected ${neededMajor}: building our own`);
  const go = which('go');
  if (!go || !isNewEnough(go)) throw new Error(go ? `${goVersion(go)} is too old. ${howToGet}` : howToGet);
  await build(go, built, say);
  return built;
}

/** The version that go.mod pins. */
export function pinnedVersion(goMod = readFileSync(join(source, 'go.mod'), 'utf8')): string {
  const version = goMod
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find((words) => words.includes(module) && words.some((word) => /^v\d/.test(word)))
    ?.find((word) => /^v\d/.test(word));
  if (!version) throw new Error(`loadtest/k6/go.mod requires no ${module}: expected a version`);
  return version;
}

/** `k6 v2.2.0 (go1.26.8, linux/amd64)`: the program says its own name first. */
export function majorIn(output: string): number | undefined {
  const major = /\bv(\d+)\.\d+\.\d+/.exec(output)?.[1];
  return major === undefined ? undefined : Number(major);
}

function majorOf(program: string): number | undefined {
  return majorIn(spawnSync(program, ['version'], { encoding: 'utf8' }).stdout ?? '');
}

function which(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
}

function goVersion(go: string): string {
  return (spawnSync(go, ['env', 'GOVERSION'], { encoding: 'utf8', cwd: source }).stdout ?? '').trim();
}

function isNewEnough(go: string): boolean {
  const [, major, minor] = /^go(\d+)\.(\d+)/.exec(goVersion(go)) ?? [];
  return Number(major) > neededGo[0] || (Number(major) === neededGo[0] && Number(minor) >= neededGo[1]);
}

/** Go names each package as it compiles it: enough to show that something happens for these one or two minutes. */
async function build(go: string, to: string, say: (line: string) => void): Promise<void> {
  mkdirSync(tools, { recursive: true });
  const started = Date.now();
  say(`building k6 ${pinnedVersion()} with ${goVersion(go)}, once; one to three minutes`);
  const part = `${to}.part`;
  const child = spawn(go, ['build', '-v', '-trimpath', '-ldflags=-s -w', '-o', part, module], {
    cwd: source,
    env: { ...process.env, CGO_ENABLED: '0' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let packages = 0;
  let last = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    for (const line of text.split('\n').filter((one) => one !== '')) {
      last = line;
      packages += 1;
      if (packages % 150 === 0) say(`  ${packages} packages, ${Math.round((Date.now() - started) / 1000)} s`);
    }
  });
  const status = await new Promise<number | null>((done, fail) => child.once('error', fail).once('close', done));
  if (status !== 0) throw new Error(`go build of k6 ended with ${status}: ${last}. ${howToGet}`);
  renameSync(part, to);
  say(`k6 is in .cache/k6 after ${Math.round((Date.now() - started) / 1000)} s`);
}
