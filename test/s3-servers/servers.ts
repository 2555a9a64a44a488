import { execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { S3ServerName } from './unsupported-keys.ts';

/** A ready-made S3 server that the suites run on besides ours. */
export interface ServerUnderTest {
  readonly name: S3ServerName;
  /** Builds or installs it into the folder unless it is there. Prints its progress, since that takes minutes. */
  install(cache: string): Promise<void>;
  /** Starts it, once installed. */
  command(cache: string, place: ServerPlace): readonly [program: string, ...args: string[]];
}

export interface ServerPlace {
  readonly port: number;
  /** Empty, and removed afterwards. */
  readonly directory: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const secondsBetweenSigns = 10;

/** Runs a command that may take minutes, and prints its progress. */
export async function runStep(
  title: string,
  program: string,
  args: readonly string[],
  options: Pick<SpawnOptions, 'cwd' | 'env'> = {},
): Promise<void> {
  const began = Date.now();
  const seconds = () => Math.round((Date.now() - began) / 1000);
  console.log(`${title} ...`);
  const signs = setInterval(() => console.log(`  ... ${seconds()} s`), secondsBetweenSigns * 1000);
  try {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'inherit', 'inherit'] });
    const [code, signal] = await once(child, 'exit');
    if (code !== 0) throw new Error(`${program} ended with ${code ?? signal}`);
    console.log(`  done in ${seconds()} s`);
  } catch (error) {
    throw new Error(`${title} failed: ${program} ${args.join(' ')}`, { cause: error });
  } finally {
    clearInterval(signs);
  }
}

/** moto holds any key, in memory; it accepts every signature. */
export const moto: ServerUnderTest = {
  name: 'moto',

  async install(cache) {
    const folder = folderIn(cache);
    const ready = join(folder, 'ready');
    if (existsSync(ready)) return;
    rmSync(folder, { recursive: true, force: true });
    await runStep('Making a Python environment for moto', 'python3', ['-m', 'venv', folder]);
    await runStep('Installing moto (about 140 MB)', join(folder, 'bin/pip'), ['install', '--quiet', ...packages]);
    writeFileSync(ready, '');
  },

  command: (cache, { port }) => [join(folderIn(cache), 'bin/moto_server'), '-H', '127.0.0.1', '-p', `${port}`],
};

/** The extra `server` would install twice as much, and nothing for S3. */
const packages = ['--disable-pip-version-check', 'moto[s3]==5.2.5', 'flask', 'flask-cors'];
const folderIn = (cache: string) => join(cache, 'moto-5.2.5');

/** versitygw keeps objects as files, verifies signatures and honours bucket policies. Its version stands in go.mod. */
export const versitygw: ServerUnderTest = {
  name: 'versitygw',

  async install(cache) {
    const program = programIn(cache);
    if (existsSync(program)) return;
    // One proxy at a time: a list that ends in "direct" makes go ask the repositories themselves.
    const GOPROXY = execFileSync('go', ['env', 'GOPROXY'], { encoding: 'utf8' }).trim().split(',')[0] ?? '';
    const unfinished = `${program}.unfinished`;
    await runStep('Building versitygw (the first time: about two minutes)', 'go', ['build', '-o', unfinished, source], {
      cwd: import.meta.dirname,
      env: { ...process.env, GOPROXY },
    });
    renameSync(unfinished, program);
  },

  command(cache, { port, directory, accessKeyId, secretAccessKey }) {
    const data = join(directory, 'data');
    const versions = join(directory, 'versions');
    for (const folder of [data, versions]) mkdirSync(folder);
    const who = ['--access', accessKeyId, '--secret', secretAccessKey];
    // Not --keep-alive: after a checksum in a trailer it may read the rest of it as the next request, and answers 400
    // to the real one (56 of 400 times).
    return [
      programIn(cache),
      ...who,
      '--port',
      `127.0.0.1:${port}`,
      '--quiet',
      'posix',
      '--versioning-dir',
      versions,
      data,
    ];
  },
};

const source = 'github.com/versity/versitygw/cmd/versitygw';
const programIn = (cache: string) => join(cache, 'versitygw-1.8.0');
