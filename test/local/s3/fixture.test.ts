import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestS3, type TestS3 } from '../../fixtures/s3.ts';

let s3: TestS3;
beforeAll(async () => {
  s3 = await startTestS3();
});
afterAll(() => s3.stop());

test('startTestS3() gives a client whose objects come back', async () => {
  const Bucket = await s3.newBucket();
  await s3.client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'hello' }));
  const { Body } = await s3.client.send(new GetObjectCommand({ Bucket, Key: 'a' }));
  expect(await Body?.transformToString()).toBe('hello');
});
