/** sharp's binaries for the target processor: npm installs them as the project's lockfile pins them, on any machine. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

export const architectures = ['x64', 'arm64'] as const;
export type Architecture = (typeof architectures)[number];

export function isArchitecture(value: string | undefined): value is Architecture {
  return (architectures as readonly (string | undefined)[]).includes(value);
}

interface LockEntry {
  readonly version: string;
  readonly integrity: string;
}

/** The packages with their entries in the lockfile. */
export interface NativePackages {
  readonly arch: Architecture;
  readonly entries: Readonly<Record<string, LockEntry>>;
}

/** Not read at run time. The README of libvips has its licences and is kept. */
const unneeded = [/\/sharp-linux-\w+\/README\.md$/, /\/lib\/glib-2\.0$/];

export function nativePackages(root: string, arch: Architecture): NativePackages {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const names = [`@img/sharp-linux-${arch}`, `@img/sharp-libvips-linux-${arch}`];
  const entries = names.map((name) => {
    const entry = packages[`node_modules/${name}`];
    if (!entry?.integrity)
      throw new Error(
        `package-lock.json has no ${name} with an integrity: expected sharp's binaries for linux-${arch} in it`,
      );
    // Without its URL, which depends on the registry of the machine.
    const { resolved: _, ...rest } = entry;
    return [name, rest] as const;
  });
  return { arch, entries: Object.fromEntries(entries) };
}

/** Copies the packages into the folder of the code. npm runs only when their entries in the lockfile have changed. */
export function shipNativePackages(native: NativePackages, cacheFolder: string, codeFolder: string): void {
  const installed = install(native, cacheFolder);
  checkBinaries(installed, native);
  for (const name of Object.keys(native.entries)) {
    cpSync(join(installed, 'node_modules', name), join(codeFolder, 'node_modules', name), {
      recursive: true,
      filter: (path) => !unneeded.some((pattern) => pattern.test(path)),
    });
  }
}

function install(native: NativePackages, cacheFolder: string): string {
  const { arch, entries } = native;
  const versions = Object.fromEntries(Object.entries(entries).map(([name, { version }]) => [name, version]));
  const manifest = { name: 'resize-native', version: '1.0.0', private: true, optionalDependencies: versions };
  const lock = {
    ...{ name: manifest.name, version: manifest.version, lockfileVersion: 3, requires: true },
    packages: {
      '': { ...manifest },
      ...Object.fromEntries(Object.entries(entries).map(([name, entry]) => [`node_modules/${name}`, entry])),
    },
  };
  const hash = createHash('sha256').update(JSON.stringify(lock)).digest('hex').slice(0, 16);
  const folder = join(cacheFolder, `${arch}-${hash}`);
  if (existsSync(folder)) return folder;

  console.log(`installing sharp's binaries for linux-${arch} (once)`);
  const draft = `${folder}.${process.pid}.part`;
  mkdirSync(draft, { recursive: true });
  try {
    writeFileSync(join(draft, 'package.json'), JSON.stringify(manifest));
    writeFileSync(join(draft, 'package-lock.json'), JSON.stringify(lock));
    npmInstall(draft, arch);
    checkBinaries(draft, native);
    if (!existsSync(folder)) renameSync(draft, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return folder;
}

function npmInstall(folder: string, arch: Architecture): void {
  const target = ['--os=linux', `--cpu=${arch}`, '--libc=glibc'];
  const quiet = ['--ignore-scripts', '--omit=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  try {
    execFileSync('npm', ['ci', ...target, ...quiet], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
    });
  } catch (cause) {
    const { stderr = '' } = cause as { stderr?: string };
    throw new Error(`npm could not install sharp's binaries for linux-${arch}: ${stderr.trim() || cause}`, { cause });
  }
}

function checkBinaries(folder: string, { arch, entries }: NativePackages): void {
  for (const name of Object.keys(entries)) requireMachine(findBinary(join(folder, 'node_modules', name), name), arch);
}

/** Returns the binary of a package. npm skips an optional package that it cannot install, without an error. */
export function findBinary(folder: string, name: string): string {
  const lib = join(folder, 'lib');
  const file = existsSync(lib) ? readdirSync(lib).find((entry) => /\.node$|\.so(\.|$)/.test(entry)) : undefined;
  if (!file) throw new Error(`${name} is not installed: expected a binary in its folder lib`);
  return join(lib, file);
}

/** `e_machine` of the ELF header, two bytes at 18 (System V ABI, "ELF Header"). */
const machines = { x64: 0x3e, arm64: 0xb7 } as const;

/** Throws when the file is no ELF file for the processor. */
export function requireMachine(file: string, arch: keyof typeof machines): void {
  const header = Buffer.alloc(20);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, header, 0, header.length, 0);
  } finally {
    closeSync(descriptor);
  }
  if (header.toString('latin1', 0, 4) !== '\x7fELF')
    throw new Error(`${file} is no ELF file: expected one for linux-${arch}`);
  const machine = header.readUInt16LE(18);
  if (machine === machines[arch]) return;
  const given = Object.entries(machines).find(([, code]) => code === machine)?.[0] ?? `machine ${machine}`;
  throw new Error(`${file} is for ${given}: expected ${arch}`);
}
