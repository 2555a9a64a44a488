import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** The chain as smoke, e2e, load and tune are told of it: the shape that a deploy writes, too. Never holds a secret. */
export interface Target {
  readonly target: 'local';
  readonly stage: string;
  readonly region: string;
  readonly imageUrl: string;
  readonly apiUrl: string;
  readonly websiteUrl: string;
  readonly buckets: { readonly originals: string; readonly derivatives: string };
  readonly function: { readonly name: string; readonly alias: string };
  readonly distributionId: string;
  /** `credentialsFile` has the profile; the SDK takes it by AWS_SHARED_CREDENTIALS_FILE. */
  readonly s3: { readonly endpoint: string; readonly profile: string; readonly credentialsFile: string };
}

export interface OwnerKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export const profile = 'resize-on-miss-local';

/** Writes both files; gives back the way to take them away. */
export function writeTarget(path: string, target: Target, { accessKeyId, secretAccessKey }: OwnerKeys): () => void {
  mkdirSync(dirname(path), { recursive: true });
  const lines = [`[${profile}]`, `aws_access_key_id = ${accessKeyId}`, `aws_secret_access_key = ${secretAccessKey}`];
  // A file that is there keeps its mode, so it goes first.
  rmSync(target.s3.credentialsFile, { force: true });
  writeFileSync(target.s3.credentialsFile, `${[...lines, `region = ${target.region}`].join('\n')}\n`, { mode: 0o600 });
  writeFileSync(path, `${JSON.stringify(target, null, 2)}\n`);
  return () => {
    rmSync(path, { force: true });
    rmSync(target.s3.credentialsFile, { force: true });
  };
}
