/** The same calls of S3, made by hand with the same SDK: get, resize, put, and nothing else. */

import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { serveWork } from '../../work-server.ts';
import type { HandlerJob } from '../cases.ts';
import { bareResize } from './bare.ts';
import { formatOfFile } from './format.ts';

const client = new S3Client({});
const originals = process.env.ORIGINALS_BUCKET;
const derivatives = process.env.DERIVATIVES_BUCKET;

async function open(Bucket: string | undefined, Key: string): Promise<Readable> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
  return Body as Readable;
}

serveWork<HandlerJob>(async ({ key, preset, keep, status }) => {
  const derivativeKey = `${preset}/${key}`;
  const ask = () =>
    Promise.allSettled([
      open(originals, key),
      client.send(new HeadObjectCommand({ Bucket: derivatives, Key: derivativeKey })),
    ]);

  return {
    async run() {
      if (status === 404) return ask();
      if (keep) {
        const [original] = await ask();
        if (original.status === 'fulfilled') original.value.destroy();
        return buffer(await open(derivatives, derivativeKey));
      }
      const derivative = await bareResize(await buffer(await open(originals, key)), formatOfFile(key), preset);
      const put = { Bucket: derivatives, Key: derivativeKey, Body: derivative, ContentType: 'image/jpeg' };
      return client.send(new PutObjectCommand(put));
    },
  };
});
