import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** As much of a target file as tuning needs (docs/operating.md describes all of it). */
export interface Target {
  readonly target: string;
  readonly region: string;
  readonly imageUrl: string;
  readonly buckets: { readonly originals: string; readonly derivatives: string };
  readonly originalsRegion?: string;
  readonly function: { readonly name: string; readonly alias: string };
}

export function readTarget(nameOrFile: string): Target {
  const isName = /^[a-z]+$/.test(nameOrFile);
  const file = isName
    ? join(import.meta.dirname, '../../.cache/targets', `${nameOrFile}.json`)
    : resolve(nameOrFile || '.');
  if (!existsSync(file) || nameOrFile === '') {
    throw new Error(
      `TARGET is ${JSON.stringify(nameOrFile)}: expected staging or prod, after make deploy, or the path of a target file`,
    );
  }
  const target = JSON.parse(readFileSync(file, 'utf8'));
  if (target.s3)
    throw new Error(`${file} is of a local chain, whose Lambda has the memory of the template: expected one on AWS`);
  for (const [field, value] of [
    ['region', target.region],
    ['imageUrl', target.imageUrl],
    ['buckets.originals', target.buckets?.originals],
    ['buckets.derivatives', target.buckets?.derivatives],
    ['function.name', target.function?.name],
    ['function.alias', target.function?.alias],
  ]) {
    if (!value) throw new Error(`${file} has no ${field}: expected the file that make deploy writes`);
  }
  return target;
}
