/** `make purge`: deletes derivatives and removes them from CloudFront. See `help` in infra/purge/options.ts. */
import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { S3Client } from '@aws-sdk/client-s3';
import { cacheTagOf } from '../../src/adapters/s3-image-store.ts';
import { config } from '../../src/config.ts';
import { derivativeKeysOf } from '../../src/core/image-path.ts';
import { allowedPresets, looksLikePreset } from '../../src/core/presets.ts';
import type { Target } from '../../src/target.ts';
import { type Found, findByKeys, findByVersion } from '../purge/find.ts';
import { help, readOptions } from '../purge/options.ts';
import { deleteDerivatives, dollarsOf, invalidate, type PurgePlan, planPurge } from '../purge/purge.ts';
import { command } from './run.ts';

const shownKeys = 40;

await command(async () => {
  // The key comes by the environment: it may begin with dashes.
  const options = readOptions(process.argv.slice(2), process.env.KEY ?? '');
  if (!options) return console.log(help);
  const { target, what, isConfirmed } = options;
  const { region, s3, buckets, distributionId, cloudFront } = target;
  // The file that a local chain has written; the SDK reads the profile from it.
  if (s3) process.env.AWS_SHARED_CREDENTIALS_FILE = s3.credentialsFile;
  const profile = s3 && { profile: s3.profile };
  const store = new S3Client({ region, ...(s3 && { ...profile, endpoint: s3.endpoint, forcePathStyle: true }) });
  const edge = new CloudFrontClient({ region, ...profile, ...(cloudFront && { endpoint: cloudFront.endpoint }) });

  const found =
    'key' in what
      ? await findByKeys(store, buckets.derivatives, derivativeKeysOf(what.key, allowedPresets(config.presets)))
      : await findByVersion(store, buckets.derivatives, what.version, what);
  const plan = planPurge(found, 'key' in what ? [cacheTagOf(what.key)] : []);
  if ('key' in what && looksLikePreset(what.key.split('/')[0] ?? '')) {
    console.log(`KEY begins like a preset: this is about the original ${JSON.stringify(what.key)}.`);
  }
  describe(target, found, plan);
  if (plan.items.length === 0) return;
  if (s3 && !cloudFront)
    throw new Error(`${target.target} has no API of CloudFront: expected cloudFront.endpoint in its target file`);
  if (!isConfirmed) return console.log('Nothing was changed. Add YES=1 to do it.');

  await deleteDerivatives(store, buckets.derivatives, plan);
  console.log(`Deleted ${plan.derivatives.length} derivatives.`);
  try {
    const id = await invalidate(edge, distributionId, plan);
    console.log(`CloudFront removes them as invalidation ${id}: 95 % of such take effect in 5 s.`);
  } catch (error) {
    throw new Error(
      `The derivatives are deleted, but CloudFront still has them: ${error instanceof Error ? error.message : error}\n` +
        `This removes everything from it: aws cloudfront create-invalidation --distribution-id ${distributionId} --paths '/*'`,
      { cause: error },
    );
  }
});

function describe({ target, buckets }: Target, found: Found, plan: PurgePlan): void {
  const { derivatives, items } = plan;
  const bytes = derivatives.reduce((sum, one) => sum + one.bytes, 0);
  for (const { key, modified, version } of derivatives.slice(0, shownKeys)) {
    console.log(`  ${modified.toISOString().slice(0, 19)}Z  version ${version}  ${key}`);
  }
  if (derivatives.length > shownKeys) console.log(`  and ${derivatives.length - shownKeys} more`);
  const what = items[0] === '/*' ? 'everything (`/*`, one path)' : `${items.length} originals, by their tags`;
  console.log(
    `${target}: ${derivatives.length} derivatives of ${(bytes / 1e6).toFixed(2)} MB in ${buckets.derivatives}; ` +
      `${found.heads + found.lists} requests to find them.\n` +
      (items.length === 0
        ? 'There is nothing to remove.'
        : `CloudFront would remove ${what}. Cost: $${dollarsOf(found, plan).toFixed(4)}, ` +
          'or less while the first 1,000 paths of the month are free.'),
  );
}
