import { readFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import sharp from 'sharp';

/** Where numbers come from: without it they mean nothing. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGigabytes: number;
  readonly versions: Readonly<Record<string, string>>;
}

export function describeMachine(): Machine {
  const packages = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    versions: {
      service: packages.version,
      node: process.versions.node,
      sharp: sharp.versions.sharp,
      libvips: sharp.versions.vips,
      '@aws-sdk/client-s3': packages.dependencies['@aws-sdk/client-s3'],
    },
  };
}

/** Processes that wanted to run in the last minute. Above the number of cores, wall times say little. */
export function load(): number {
  return loadavg()[0] ?? 0;
}
