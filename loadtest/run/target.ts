import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Capacity, config } from '../../src/config.ts';
import { isLoopback, readAddress } from '../lib/address.ts';

/** As much of a target file as a load test needs (docs/operating.md describes all of it). */
export interface Target {
  readonly target: string;
  readonly stage: string;
  readonly region: string;
  readonly imageUrl: string;
  readonly apiUrl: string;
  readonly buckets: { readonly originals: string; readonly derivatives: string };
  readonly originalsRegion?: string;
  readonly s3?: { readonly endpoint: string; readonly profile: string; readonly credentialsFile?: string };
}

const root = resolve(import.meta.dirname, '../..');

/** `staging`, `prod` and `local` lie where deploy and dev write them; anything else is a path. */
export function readTarget(nameOrFile: string): Target {
  const known = join(root, '.cache/targets', `${nameOrFile}.json`);
  const isName = /^[a-z]+$/.test(nameOrFile);
  const file = isName ? known : resolve(nameOrFile);
  if (!existsSync(file)) {
    throw new Error(
      `There is no target ${JSON.stringify(nameOrFile)} (${file}): expected the name of an environment that was ` +
        'deployed, "local" while make dev runs, or a target file',
    );
  }
  return checked(parsed(readFileSync(file, 'utf8'), file), file);
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is no JSON (${String(error)}): expected a target file`);
  }
}

/** A target file is written by hand at times; half a target fails later, in other words. */
export function checked(value: unknown, file: string): Target {
  const target = value as Target;
  const urls = { imageUrl: target?.imageUrl, apiUrl: target?.apiUrl };
  for (const [field, url] of Object.entries(urls)) {
    if (!readAddress(url ?? ''))
      throw new Error(`${file}: ${field} is ${JSON.stringify(url)}, expected an http address`);
  }
  for (const field of ['target', 'stage', 'region'] as const) {
    if (!target[field]) throw new Error(`${file}: ${field} is ${JSON.stringify(target[field])}, expected a name`);
  }
  if (!target.buckets?.originals || !target.buckets.derivatives) {
    throw new Error(`${file}: buckets is ${JSON.stringify(target.buckets)}, expected originals and derivatives`);
  }
  return target;
}

export function hostOf(target: Target): string {
  return readAddress(target.imageUrl)?.host ?? '';
}

/** All of it on this machine: one part elsewhere, and the run is as public as that part. */
export function isLocal({ imageUrl, apiUrl, s3 }: Target): boolean {
  const entryPoints = [imageUrl, apiUrl, s3?.endpoint];
  return entryPoints.every((url) => url !== undefined && isLoopback(readAddress(url)?.host ?? ''));
}

/** What the stage may do at most. A stage without one of its own is held to staging's. */
export function capacityOf({ stage }: Pick<Target, 'stage'>): Capacity {
  return stage === 'prod' ? config.capacity.prod : config.capacity.staging;
}
