import { readFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import sharp from 'sharp';

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGigabytes: number;
  readonly versions: Readonly<Record<string, string>>;
}

/** Where and when a measurement was made. Without it its figures mean nothing. */
export interface Circumstances {
  readonly date: string;
  readonly seconds: number;
  readonly isQuick: boolean;
  readonly machine: Machine;
  /** Processes that wanted to run in the last minute. Above the number of cores, times by the clock say little. */
  readonly load: { readonly before: number; readonly after: number };
}

/** Call it before the measurement, and what it returns after it. */
export function recordCircumstances(isQuick: boolean): () => Circumstances {
  const [startedAt, before] = [performance.now(), loadAverage()];
  return () => ({
    date: new Date().toISOString(),
    seconds: (performance.now() - startedAt) / 1000,
    isQuick,
    machine: describeMachine(),
    load: { before, after: loadAverage() },
  });
}

export function describeCircumstances({ machine, load, date, seconds, isQuick }: Circumstances): string {
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`);
  return `${machine.processor}, ${machine.cores} cores, ${machine.memoryGigabytes} GB; load ${load.before.toFixed(1)} before, ${load.after.toFixed(1)} after. ${versions.join(', ')}. ${date.slice(0, 10)}, ${isQuick ? 'quick run, ' : ''}${seconds.toFixed(0)} s.`;
}

function loadAverage(): number {
  return loadavg()[0] ?? 0;
}

function describeMachine(): Machine {
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
