import {
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  type ObjectIdentifier,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { config } from '../../src/config.ts';
import { allowedPresets } from '../../src/core/presets.ts';
import type { Buckets } from './buckets.ts';
import { isRunId, rootPrefixes } from './make-plan.ts';

/** The number of objects that a sweep has removed. */
export interface Swept {
  readonly originals: number;
  readonly derivatives: number;
}

/** A Lambda that still works when the load ends stores its derivative afterwards, so the sweep looks again. */
const rounds = 6;
const pauseMilliseconds = 1000;

/**
 * Removes everything below the prefix of a run from both buckets, all versions included, until nothing comes back.
 * Calls `onRemoved` with each object. Without a run it removes what all runs have left.
 */
export async function sweep(
  buckets: Buckets,
  runId?: string,
  onRemoved: (object: string) => void = () => {},
): Promise<Swept> {
  const run = runId === undefined ? '' : `${checkedRunId(runId)}/`;
  const prefixes = Object.values(rootPrefixes).map((prefix) => `${prefix}/${run}`);
  let [originals, derivatives] = [0, 0];
  let left = await find(buckets, prefixes);
  for (let round = 0; round < rounds; round += 1) {
    for (; left.originals.length + left.derivatives.length > 0; left = await find(buckets, prefixes)) {
      for (const which of ['originals', 'derivatives'] as const) {
        await remove(buckets[which], left[which]);
        for (const object of left[which]) onRemoved(nameOf(buckets[which].name, object));
      }
      originals += left.originals.length;
      derivatives += left.derivatives.length;
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));
    left = await find(buckets, prefixes);
    if (left.originals.length + left.derivatives.length === 0) return { originals, derivatives };
  }
  const names = [...left.originals, ...left.derivatives].slice(0, 5).map(({ Key }) => Key);
  throw new Error(
    `The sweep left ${left.originals.length} originals and ${left.derivatives.length} derivatives below ${prefixes.join(' and ')}, ` +
      `such as ${names.join(', ')}: something still requests them`,
  );
}

/** A shortened id would sweep more than one run. */
function checkedRunId(runId: string): string {
  if (isRunId(runId)) return runId;
  throw new Error(`The run is ${JSON.stringify(runId)}: expected the name of its folder, as 20261127-012050-k3x9`);
}

function nameOf(bucket: string, { Key, VersionId }: ObjectIdentifier): string {
  return `${bucket}/${Key}${VersionId === undefined || VersionId === 'null' ? '' : ` version ${VersionId}`}`;
}

interface Found {
  readonly originals: readonly ObjectIdentifier[];
  readonly derivatives: readonly ObjectIdentifier[];
}

/** Of the versions one page: what is removed makes room for the next. */
async function find({ originals, derivatives }: Buckets, prefixes: readonly string[]): Promise<Found> {
  const presets = [...allowedPresets(config.presets).keys()];
  const versions = prefixes.map((prefix) => listVersions(originals.client, originals.name, prefix));
  const objects = prefixes.flatMap((prefix) =>
    presets.map((preset) => listObjects(derivatives.client, derivatives.name, `${preset}/${prefix}`)),
  );
  return { originals: (await Promise.all(versions)).flat(), derivatives: (await Promise.all(objects)).flat() };
}

async function listObjects(client: S3Client, bucket: string, prefix: string): Promise<ObjectIdentifier[]> {
  const found: ObjectIdentifier[] = [];
  for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
    found.push(...(page.Contents ?? []).map(({ Key }) => ({ Key })));
  }
  return found;
}

/** Lists versions and delete markers. A bucket without versions names each object's version "null". */
async function listVersions(client: S3Client, bucket: string, prefix: string): Promise<ObjectIdentifier[]> {
  const { Versions = [], DeleteMarkers = [] } = await client.send(
    new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix }),
  );
  return [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
}

/** The limit of DeleteObjects. */
const mostPerCall = 1000;

async function remove({ client, name }: Buckets['originals'], objects: readonly ObjectIdentifier[]): Promise<void> {
  for (let from = 0; from < objects.length; from += mostPerCall) {
    const some = objects.slice(from, from + mostPerCall);
    const { Errors = [] } = await client.send(
      new DeleteObjectsCommand({ Bucket: name, Delete: { Objects: some, Quiet: true } }),
    );
    const [error] = Errors;
    if (error) throw new Error(`${name}: ${error.Key} was not removed: ${error.Code} ${error.Message}`);
  }
}
