import {
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type ObjectIdentifier,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { config } from '../../src/config.ts';
import { allowedPresets } from '../../src/core/presets.ts';
import type { Buckets } from './buckets.ts';
import { isRunId, rootPrefix } from './make-plan.ts';

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
  const prefix = runId === undefined ? `${rootPrefix}/` : `${rootPrefix}/${checkedRunId(runId)}/`;
  let [originals, derivatives] = [0, 0];
  for (let round = 0; round < rounds; round += 1) {
    const left = await find(buckets, prefix);
    if (round > 0 && left.originals.length + left.derivatives.length === 0) return { originals, derivatives };
    for (const which of ['originals', 'derivatives'] as const) {
      await remove(buckets[which], left[which]);
      for (const object of left[which]) onRemoved(nameOf(buckets[which].name, object));
    }
    originals += left.originals.length;
    derivatives += left.derivatives.length;
    await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));
  }
  const left = await find(buckets, prefix);
  if (left.originals.length + left.derivatives.length === 0) return { originals, derivatives };
  const names = [...left.originals, ...left.derivatives].slice(0, 5).map(({ Key }) => Key);
  throw new Error(
    `The sweep left ${left.originals.length} originals and ${left.derivatives.length} derivatives below ${prefix}, ` +
      `such as ${names.join(', ')}: something still requests them`,
  );
}

/** A shortened id would sweep more than one run. */
function checkedRunId(runId: string): string {
  if (isRunId(runId)) return runId;
  throw new Error(`The run is ${JSON.stringify(runId)}: expected the name of its folder, as 20261127-012050-k3x9`);
}

function nameOf(bucket: string, { Key, VersionId }: ObjectIdentifier): string {
  return `${bucket}/${Key}${VersionId === undefined ? '' : ` version ${VersionId}`}`;
}

interface Found {
  readonly originals: readonly ObjectIdentifier[];
  readonly derivatives: readonly ObjectIdentifier[];
}

async function find({ originals, derivatives, originalsVersioned }: Buckets, prefix: string): Promise<Found> {
  const presets = [...allowedPresets(config.presets).keys()];
  const lists = await Promise.all(
    presets.map((preset) => listObjects(derivatives.client, derivatives.name, `${preset}/${prefix}`)),
  );
  const list = originalsVersioned ? listVersions : listObjects;
  const found = { originals: await list(originals.client, originals.name, prefix), derivatives: lists.flat() };
  return { originals: found.originals.filter(isOfRun), derivatives: found.derivatives.filter(isOfRun) };
}

/** The canary, smoke and e2e have objects below the same prefix, which may be in use. */
function isOfRun({ Key = '' }: ObjectIdentifier): boolean {
  const [, folder = ''] = Key.slice(Key.indexOf(`${rootPrefix}/`)).split('/');
  return isRunId(folder);
}

async function listObjects(client: S3Client, bucket: string, prefix: string): Promise<ObjectIdentifier[]> {
  const found: ObjectIdentifier[] = [];
  for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
    found.push(...(page.Contents ?? []).map(({ Key }) => ({ Key })));
  }
  return found;
}

/** Lists versions and delete markers. */
async function listVersions(client: S3Client, bucket: string, prefix: string): Promise<ObjectIdentifier[]> {
  const found: ObjectIdentifier[] = [];
  for (let after: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {}; after; ) {
    const page: ListObjectVersionsCommandOutput = await client.send(
      new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, ...after }),
    );
    const versions = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])];
    found.push(...versions.map(({ Key, VersionId }) => ({ Key, VersionId })));
    const { NextKeyMarker, NextVersionIdMarker } = page;
    after = page.IsTruncated
      ? {
          ...(NextKeyMarker !== undefined && { KeyMarker: NextKeyMarker }),
          ...(NextVersionIdMarker !== undefined && { VersionIdMarker: NextVersionIdMarker }),
        }
      : undefined;
  }
  return found;
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
