/** Versions, conditional deletes, and the events that a bucket sends. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { readBucketSettings } from '../../../local/aws/s3/bucket-events.ts';
import { bucket, resolved } from '../a-resource.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { allow, outcome, startedS3 } from './started-s3.ts';

const Bucket = 'originals';
const Key = 'a b+c%20/ä.jpg';
const put = (Body: string, at = Key) => new PutObjectCommand({ Bucket, Key: at, Body });
const head = (VersionId?: string) => new HeadObjectCommand({ Bucket, Key, VersionId });
const remove = (more: object = {}) => new DeleteObjectCommand({ Bucket, Key, ...more });
const read = async (client: S3Client, VersionId?: string) =>
  (await client.send(new GetObjectCommand({ Bucket, Key, VersionId }))).Body?.transformToString();

/** Bodies' sizes and markers, the newest first. */
async function versionsOf(client: S3Client, Prefix = Key, MaxKeys?: number) {
  const page = await client.send(new ListObjectVersionsCommand({ Bucket, Prefix, MaxKeys }));
  return {
    versions: (page.Versions ?? []).map(({ VersionId = '', Size, IsLatest }) => ({ id: VersionId, Size, IsLatest })),
    markers: (page.DeleteMarkers ?? []).map(({ VersionId = '', IsLatest }) => ({ id: VersionId, IsLatest })),
    isTruncated: page.IsTruncated,
  };
}

describe('a versioned bucket', () => {
  test('keeps what was replaced', async () => {
    const { owner } = await startedS3([], { versioned: true });
    const first = await owner.send(put('1'));
    const second = await owner.send(put('22'));
    await owner.send(put('other', `${Key}.jpg`));
    expect(await versionsOf(owner, Key, 2)).toEqual({
      versions: [
        { id: second.VersionId, Size: 2, IsLatest: true },
        { id: first.VersionId, Size: 1, IsLatest: false },
      ],
      markers: [],
      isTruncated: true,
    });
    expect(await read(owner)).toBe('22');
    expect(await read(owner, first.VersionId)).toBe('1');
    expect((await owner.send(head(first.VersionId))).VersionId).toBe(first.VersionId);
  });

  test('names each object of a bucket without versions "null", by which it is deleted', async () => {
    const { owner } = await startedS3();
    await owner.send(put('1'));
    expect((await versionsOf(owner)).versions).toMatchObject([{ id: 'null', IsLatest: true }]);
    await owner.send(remove({ VersionId: 'null' }));
    expect(await outcome(owner.send(head()))).toBe('404 NotFound');
  });

  test('hides a deleted object behind a marker, and shows it again when the marker is deleted', async () => {
    const { owner } = await startedS3([], { versioned: true });
    const { VersionId } = await owner.send(put('1'));
    const deleted = await owner.send(remove());
    expect(deleted.DeleteMarker).toBe(true);
    expect(await outcome(owner.send(head()))).toBe('404 NotFound');
    expect(await versionsOf(owner)).toMatchObject({
      versions: [{ id: VersionId, IsLatest: false }],
      markers: [{ id: deleted.VersionId, IsLatest: true }],
    });
    await owner.send(remove({ VersionId: deleted.VersionId }));
    expect(await read(owner)).toBe('1');
  });

  test('goes back to the version before the one that is deleted for good', async () => {
    const { owner } = await startedS3([], { versioned: true });
    await owner.send(put('1'));
    const { VersionId } = await owner.send(put('2'));
    await owner.send(remove({ VersionId }));
    expect(await read(owner)).toBe('1');
    expect((await versionsOf(owner)).versions).toHaveLength(1);
  });

  test('takes a file of the folder for the oldest version, and a marker hides it', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a.jpg'), 'file');
    const { owner } = await startedS3([], { versioned: true, folder });
    await owner.send(put('new', 'a.jpg'));
    expect((await versionsOf(owner, 'a.jpg', 2)).versions.map(({ Size }) => Size)).toEqual([3, 4]);
    await owner.send(new DeleteObjectCommand({ Bucket, Key: 'a.jpg' }));
    expect(await outcome(owner.send(new HeadObjectCommand({ Bucket, Key: 'a.jpg' })))).toBe('404 NotFound');
  });

  test('has actions of its own for versions', async () => {
    const { lambda, owner } = await startedS3(
      [allow(['s3:GetObject', 's3:DeleteObject', 's3:ListBucket'], 'arn:aws:s3:::originals*')],
      { versioned: true },
    );
    const { VersionId } = await owner.send(put('1'));
    expect(await read(lambda)).toBe('1');
    for (const call of [head(VersionId), remove({ VersionId })]) {
      expect(await outcome(lambda.send(call as HeadObjectCommand))).toMatch('403');
    }
    expect(await outcome(versionsOf(lambda))).toBe('403 AccessDenied');
  });
});

describe('a conditional delete', () => {
  test('deletes only the object of that ETag', async () => {
    const { owner } = await startedS3();
    const { ETag } = await owner.send(put('1'));
    await owner.send(put('2'));
    expect(await outcome(owner.send(remove({ IfMatch: ETag })))).toBe('412 PreconditionFailed');
    const { ETag: present } = await owner.send(head());
    expect(await outcome(owner.send(remove({ IfMatch: present })))).toBe('done');
    expect(await outcome(owner.send(remove({ IfMatch: present })))).toBe('404 NoSuchKey');
  });

  test('is decided for each object of a list', async () => {
    const { owner } = await startedS3();
    const { ETag } = await owner.send(put('same', 'a'));
    await owner.send(put('changed', 'b'));
    const Objects = ['a', 'b', 'none'].map((one) => ({ Key: one, ETag }));
    const answer = await owner.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(answer.Deleted).toEqual([{ Key: 'a' }]);
    expect(answer.Errors?.map((error) => [error.Key, error.Code])).toEqual([
      ['b', 'PreconditionFailed'],
      ['none', 'NoSuchKey'],
    ]);
  });

  test('needs the right to read', async () => {
    const { lambda, owner } = await startedS3([allow('s3:DeleteObject', 'arn:aws:s3:::originals/*')]);
    const { ETag } = await owner.send(put('1'));
    expect(await outcome(lambda.send(remove({ IfMatch: ETag })))).toBe('403 AccessDenied');
    expect(await outcome(lambda.send(remove()))).toBe('done');
  });
});

describe('events', () => {
  test('name the object, its version and what happened, with the key as it is', async () => {
    const { owner, events } = await startedS3([], { versioned: true });
    const { VersionId, ETag } = await owner.send(put('12345'));
    await owner.send(
      new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/${encodeURIComponent(Key)}` }),
    );
    const marker = await owner.send(remove());
    await owner.send(remove({ VersionId }));
    await owner.send(new PutObjectCommand({ Bucket: 'derivatives', Key, Body: 'of a bucket without events' }));
    expect(events.map((event) => [event['detail-type'], event.detail.reason, event.detail['deletion-type']])).toEqual([
      ['Object Created', 'PutObject', undefined],
      ['Object Created', 'CopyObject', undefined],
      ['Object Deleted', 'DeleteObject', 'Delete Marker Created'],
      ['Object Deleted', 'DeleteObject', 'Permanently Deleted'],
    ]);
    expect(events[0]).toMatchObject({
      source: 'aws.s3',
      resources: ['arn:aws:s3:::originals'],
      detail: {
        bucket: { name: Bucket },
        object: { key: Key, size: 5, etag: ETag?.replaceAll('"', ''), 'version-id': VersionId },
      },
    });
    expect(events[2]?.detail.object['version-id']).toBe(marker.VersionId);
    const sequence = events.map((event) => event.detail.object.sequencer);
    expect(sequence).toEqual(sequence.toSorted());
  });

  test('are not sent for what did not happen', async () => {
    const { owner, events } = await startedS3();
    const { ETag } = await owner.send(put('1'));
    await owner.send(put('2'));
    await outcome(owner.send(remove({ IfMatch: ETag })));
    await owner.send(new DeleteObjectCommand({ Bucket, Key: 'none' }));
    expect(events).toHaveLength(2);
  });
});

test('readBucketSettings() reads versioning and events, and refuses suspended versioning', () => {
  const template = resolved({
    Both: bucket('both', {
      VersioningConfiguration: { Status: 'Enabled' },
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
    }),
    Neither: bucket('neither'),
  });
  expect(readBucketSettings(template, ['both', 'neither', 'outside'])).toEqual({
    versioned: new Set(['both']),
    sendsEvents: new Set(['both', 'outside']),
  });
  const suspended = resolved({ It: bucket('it', { VersioningConfiguration: { Status: 'Suspended' } }) });
  expect(() => readBucketSettings(suspended, ['it'])).toThrow('VersioningConfiguration.Status');
});
