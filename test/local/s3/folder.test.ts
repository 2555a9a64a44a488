import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';
import { startedS3 } from './started-s3.ts';

function images(files: Record<string, string>): string {
  const root = join(temporaryFolder(), 'images');
  mkdirSync(join(root, 'profile'), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
  return root;
}

const at = (Key: string) => ({ Bucket: 'originals', Key });

describe('a folder of images beside the store', () => {
  test('serves its files as originals, with length and time', async () => {
    const { lambda } = await startedS3(undefined, images({ 'profile/änn +.jpg': 'pixels' }));
    const whole = await lambda.send(new GetObjectCommand(at('profile/änn +.jpg')));
    expect(await whole.Body?.transformToString()).toBe('pixels');
    expect(whole).toMatchObject({
      ContentLength: 6,
      ETag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
      LastModified: expect.any(Date),
    });
    expect((await lambda.send(new HeadObjectCommand(at('profile/änn +.jpg')))).ContentLength).toBe(6);
  });

  test('serves new and changed files at once, under another ETag', async () => {
    const root = images({ 'a.jpg': 'one' });
    const { lambda } = await startedS3(undefined, root);
    const first = await lambda.send(new GetObjectCommand(at('a.jpg')));
    writeFileSync(join(root, 'a.jpg'), 'two');
    writeFileSync(join(root, 'b.jpg'), 'new');
    const second = await lambda.send(new GetObjectCommand(at('a.jpg')));
    expect(await second.Body?.transformToString()).toBe('two');
    expect(second.ETag).not.toBe(first.ETag);
    expect(await (await lambda.send(new GetObjectCommand(at('b.jpg')))).Body?.transformToString()).toBe('new');
    rmSync(join(root, 'a.jpg'));
    await expect(lambda.send(new GetObjectCommand(at('a.jpg')))).rejects.toThrow('The specified key does not exist');
  });

  test('refuses a read of a file that has changed since', async () => {
    const root = images({ 'a.jpg': 'one' });
    const { lambda } = await startedS3(undefined, root);
    const { ETag } = await lambda.send(new HeadObjectCommand(at('a.jpg')));
    writeFileSync(join(root, 'a.jpg'), 'changed');
    const read = lambda.send(new GetObjectCommand({ ...at('a.jpg'), IfMatch: ETag }));
    await expect(read).rejects.toMatchObject({ $metadata: { httpStatusCode: 412 } });
  });

  test('is never written: an upload goes to the store and comes first', async () => {
    const root = images({ 'a.jpg': 'file' });
    const { owner, lambda } = await startedS3(undefined, root);
    await owner.send(new PutObjectCommand({ ...at('a.jpg'), Body: 'uploaded' }));
    expect(await (await lambda.send(new GetObjectCommand(at('a.jpg')))).Body?.transformToString()).toBe('uploaded');
  });

  test.each(['../secret', 'profile/../../secret', 'profile'])('has nothing under the key %s', async (key) => {
    const root = images({ 'a.jpg': 'x' });
    writeFileSync(join(root, '..', 'secret'), 'secret');
    const { lambda } = await startedS3(undefined, root);
    await expect(lambda.send(new GetObjectCommand(at(key)))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 404 },
    });
  });
});
