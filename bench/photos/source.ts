/** The source of all photographs: NASA's images of the Earth in the npm package `three-globe` (MIT). */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const archive = {
  packageName: 'three-globe',
  version: '2.45.2',
  sha256: 'f6deff6848980a4bda13b0993e5ebc929b27e791e063a5517c87115ff7e669cb',
};

const members = {
  /** 4096 x 2048, JPEG: land, sea and ice from orbit. */
  earth: 'package/example/img/earth-blue-marble.jpg',
  /** 4096 x 2048, JPEG: the dark side. */
  night: 'package/example/img/earth-night.jpg',
  /** 4096 x 2048, PNG with soft transparency: white clouds. */
  clouds: 'package/example/clouds/clouds.png',
  /** 1031 x 548, PNG: a drawing on a flat ground. */
  drawing: 'package/example/preview.png',
  /** 512 x 512, PNG with transparency: an icon. */
  icon: 'package/example/satellites/sat-icon.png',
} as const;

export type Sources = Readonly<Record<keyof typeof members, string>>;

/** Returns the paths of the unpacked images. Fetches the package once, by npm, and checks its hash on every call. */
export function fetchSources(cacheFolder: string): Sources {
  const file = join(cacheFolder, `${archive.packageName}-${archive.version}.tgz`);
  if (!existsSync(file)) fetchArchive(cacheFolder);
  checkArchive(file);

  const folder = join(cacheFolder, 'three-globe');
  const paths = Object.fromEntries(Object.entries(members).map(([name, member]) => [name, join(folder, member)]));
  if (!Object.values(paths).every((path) => existsSync(path))) {
    mkdirSync(folder, { recursive: true });
    execFileSync('tar', ['-xzf', file, '-C', folder, ...Object.values(members)]);
  }
  return paths as Sources;
}

function fetchArchive(cacheFolder: string): void {
  const spec = `${archive.packageName}@${archive.version}`;
  console.log(`fetching ${spec} (12 MB, once)`);
  mkdirSync(cacheFolder, { recursive: true });
  try {
    execFileSync('npm', ['pack', spec, '--pack-destination', cacheFolder, '--silent'], { stdio: 'pipe' });
  } catch (cause) {
    throw new Error(`Could not fetch ${spec} with npm pack: expected a reachable npm registry`, { cause });
  }
}

function checkArchive(file: string): void {
  const given = createHash('sha256').update(readFileSync(file)).digest('hex');
  if (given === archive.sha256) return;
  throw new Error(`${file} has sha256 ${given}, expected ${archive.sha256}: remove the file and try again`);
}
