/** `make build`: writes the Lambda's code. See `help` below. */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runtimeEnvironment } from '../../src/core/runtime-environment.ts';
import { bundle, measureSizes, sizeLimits } from './bundle.ts';
import { architectures, isArchitecture, nativePackages, shipNativePackages } from './native-packages.ts';

const help = `node infra/lambda/build.ts --arch ${architectures.join('|')} [--out dist/resize] [--entry src/handler.ts]

Writes the Lambda's code to the folder --out: index.mjs with all JavaScript, sharp's included, and sharp's binaries for
Linux on the given processor, as package-lock.json pins them. Beside the folder it writes environment.json, with the
variables that the process needs at its start, and the sizes of the code. Equal sources give equal bytes.`;

const root = resolve(import.meta.dirname, '../..');

function readOptions() {
  const { values } = parseArgs({
    options: {
      arch: { type: 'string' },
      out: { type: 'string', default: 'dist/resize' },
      entry: { type: 'string', default: 'src/handler.ts' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const { arch, out, entry } = values;
  if (!isArchitecture(arch)) {
    throw new Error(`--arch is ${JSON.stringify(arch ?? '')}, expected one of ${architectures.join(', ')}`);
  }
  return { arch, out: resolve(out), entry: resolve(root, entry) };
}

async function build(): Promise<void> {
  const options = readOptions();
  if (!options) return console.log(help);
  const { arch, out, entry } = options;
  const version: string = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;

  const made = `${out}.inputs`;
  const inputs = digestOfInputs(arch, entry);
  if (existsSync(out) && existsSync(made) && readFileSync(made, 'utf8') === inputs) {
    return console.log(`${out} for linux-${arch} is up to date`);
  }
  rmSync(made, { force: true });

  // Written elsewhere and renamed, so that no other process sees half of it.
  const draft = `${out}.${process.pid}.part`;
  mkdirSync(draft, { recursive: true });
  try {
    await bundle(entry, join(draft, 'index.mjs'), version);
    if (usesSharp(draft)) shipNativePackages(nativePackages(root, arch), join(root, '.cache/lambda'), draft);
    makeReadable(draft);
    rmSync(out, { recursive: true, force: true });
    renameSync(draft, out);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  const environment = JSON.stringify(runtimeEnvironment, null, 2);
  writeFileSync(join(dirname(out), 'environment.json'), `${environment}\n`);

  const sizes = measureSizes(out);
  const { files, bytes, zipBytes } = sizes;
  writeFileSync(`${out}.sizes.json`, JSON.stringify({ arch, ...sizes }));
  console.log(`${out} for linux-${arch}: ${files} files, ${inMegabytes(bytes)}, zipped ${inMegabytes(zipBytes)}`);
  const limits = sizeLimits[arch];
  if (bytes > limits.bytes || zipBytes > limits.zipBytes) {
    throw new Error(
      `The code is too large, expected at most ${inMegabytes(limits.bytes)}, zipped ${inMegabytes(limits.zipBytes)}`,
    );
  }
  writeFileSync(made, inputs);
}

/** Returns a hash of everything that the code depends on: nothing is built when it has not changed. */
function digestOfInputs(...options: readonly string[]): string {
  const digest = createHash('sha256').update(JSON.stringify([process.version, ...options]));
  for (const file of globSync(['src/**/*.ts', 'infra/lambda/*.ts', 'package*.json'], { cwd: root }).sort()) {
    digest.update(`${file}\n`).update(readFileSync(join(root, file)));
  }
  return digest.digest('hex');
}

/** The canary's code has no sharp. */
function usesSharp(folder: string): boolean {
  return readFileSync(join(folder, 'index.mjs'), 'utf8').includes('@img/sharp-');
}

/** Sets the modes, whatever the umask: Lambda runs the code as another user. */
function makeReadable(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    chmodSync(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644);
  }
}

function inMegabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}

try {
  await build();
} catch (error) {
  console.error(`build: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
