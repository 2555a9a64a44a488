import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Target, targetPath, writeTarget } from '../../src/target.ts';
import type { ChainParts } from './read-parts.ts';
import type { Storage } from './storage.ts';

const profile = 'resize-on-miss-local';

export type LocalTarget = Target & { readonly s3: NonNullable<Target['s3']> };

/** Describes the running chain to smoke, e2e, load and tune. The credentials of its S3 stand in a file of their own. */
export function describeTarget(
  { api, buckets, distribution, functions, template }: ChainParts,
  servers: Readonly<Record<'edge' | 'api' | 'website', { readonly address: string }>>,
  { endpoint }: Storage,
  targetFile = targetPath('local'),
): LocalTarget {
  const [fn] = functions;
  const alias = template.ofType('AWS::Lambda::Alias').find(({ ref }) => fn?.arns.includes(ref));
  const path = api.routes.find((route) => route.path)?.path ?? '/';
  const ownUrl = `${servers.api.address}${path}`;
  // CloudFront leads requests for the API's path to the API only where the API is on the image host.
  const onImageHost = JSON.stringify(distribution.properties).includes(api.domainName);
  return {
    target: 'local',
    stage: fn?.variables.STAGE ?? 'local',
    region: template.account.region,
    imageUrl: servers.edge.address,
    apiUrl: onImageHost ? `${servers.edge.address}${path}` : ownUrl,
    ...(onImageHost && { apiOwnUrl: ownUrl }),
    websiteUrl: servers.website.address,
    buckets: { originals: buckets.originals, derivatives: buckets.derivatives },
    function: { name: fn?.name ?? '', alias: String(alias?.properties.Name ?? '$LATEST') },
    distributionId: distribution.ref,
    s3: { endpoint, profile, credentialsFile: targetFile.replace(/(\.json)?$/, '.credentials') },
  };
}

/** Writes the target file and its credentials file. Returns a function that removes both. */
export function publishTarget(path: string, target: LocalTarget, { owner }: Pick<Storage, 'owner'>): () => void {
  const { credentialsFile } = target.s3;
  const lines = [
    `[${profile}]`,
    `aws_access_key_id = ${owner.accessKeyId}`,
    `aws_secret_access_key = ${owner.secretAccessKey}`,
    `region = ${target.region}`,
  ];
  mkdirSync(dirname(path), { recursive: true });
  // An existing file would keep its mode.
  rmSync(credentialsFile, { force: true });
  writeFileSync(credentialsFile, `${lines.join('\n')}\n`, { mode: 0o600 });
  writeTarget(target, path);
  return () => {
    for (const file of [path, credentialsFile]) rmSync(file, { force: true });
  };
}
