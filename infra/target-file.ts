import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Environment, region } from './environments.ts';
import type { Outputs } from './preflight/read-facts.ts';

/**
 * One running chain, as smoke, e2e, load and tune are told of it; the local chain writes the same shape. Never holds a
 * secret. Described field by field in docs/operating.md.
 */
export interface Target {
  /** `local`, `staging` or `prod`. */
  readonly target: string;
  /** The value of the metrics' dimension `stage`. */
  readonly stage: string;
  readonly region: string;
  /** Without a slash at its end: `<imageUrl>/<preset>/<key>`. */
  readonly imageUrl: string;
  /** `<apiUrl>?key=<preset>/<key>`. */
  readonly apiUrl: string;
  /** Without a slash at its end. Refuses everybody but CloudFront. */
  readonly websiteUrl: string;
  readonly buckets: { readonly originals: string; readonly derivatives: string };
  /** Set when the originals lie in another region. */
  readonly originalsRegion?: string;
  readonly function: { readonly name: string; readonly alias: string };
  readonly distributionId: string;
  readonly dashboardUrl?: string;
  /** Set on a local target: where S3 is, and which profile of which file has the credentials that it takes. */
  readonly s3?: { readonly endpoint: string; readonly profile: string; readonly credentialsFile: string };
}

/** Git ignores this folder. */
function targetPath(name: string): string {
  return join(import.meta.dirname, '../.cache/targets', `${name}.json`);
}

/** The target that a deploy made. Every output must be there: half a target fails later, in other words. */
export function targetFrom(outputs: Outputs, { stage, existingOriginals }: Environment): Target {
  const output = (name: string): string => {
    const value = outputs[name];
    if (!value) {
      throw new Error(
        `The stack has no output ${name}, only ${Object.keys(outputs).join(', ')}: deploy it with this version`,
      );
    }
    return value;
  };
  const elsewhere = existingOriginals?.region;
  return {
    target: stage,
    stage,
    region,
    imageUrl: output('ImageUrl'),
    apiUrl: output('ApiUrl'),
    websiteUrl: output('WebsiteUrl'),
    buckets: { originals: output('UploadBucket'), derivatives: output('DerivativesBucket') },
    ...(elsewhere && elsewhere !== region && { originalsRegion: elsewhere }),
    function: { name: output('FunctionName'), alias: output('AliasName') },
    distributionId: output('DistributionId'),
    ...(outputs.DashboardUrl && { dashboardUrl: outputs.DashboardUrl }),
  };
}

export function writeTarget(target: Target): string {
  const path = targetPath(target.target);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(target, null, 2)}\n`);
  return path;
}

export function forgetTarget(name: string): void {
  rmSync(targetPath(name), { force: true });
}
