/** The same calls of S3 by hand, with the same SDK: GET and HEAD, resize, PUT. */
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { serveWork } from '../../run/work-server.ts';
import type { Job } from '../cases.ts';
import { bareResize } from './bare-resize.ts';

const client = new S3Client({});
const originals = process.env.ORIGINALS_BUCKET;
const derivatives = process.env.DERIVATIVES_BUCKET;

async function open(Bucket: string | undefined, Key: string): Promise<Readable> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
  return Body as Readable;
}

serveWork<Job>(({ key, preset, status }) => {
  const derivativeKey = `${preset}/${key}`;
  const getAndHead = () =>
    Promise.allSettled([
      open(originals, key),
      client.send(new HeadObjectCommand({ Bucket: derivatives, Key: derivativeKey })),
    ]);
  return {
    async run() {
      const [original] = await getAndHead();
      if (status === 404) return;
      if (original.status === 'rejected') throw original.reason;
      if (status === 200) {
        original.value.destroy();
        await buffer(await open(derivatives, derivativeKey));
        return;
      }
      const derivative = await bareResize(await buffer(original.value), key, preset);
      const put = { Bucket: derivatives, Key: derivativeKey, Body: derivative, ContentType: 'image/jpeg' };
      await client.send(new PutObjectCommand(put));
    },
  };
});
