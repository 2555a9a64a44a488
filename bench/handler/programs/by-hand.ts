/** The handler that one would write by hand with sharp and the SDK: GET and HEAD, resize, PUT. */
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { bareResize } from './bare-resize.ts';

const client = new S3Client({});
const { ORIGINALS_BUCKET, DERIVATIVES_BUCKET } = process.env;

export async function handler({ rawQueryString }: APIGatewayProxyEventV2) {
  const derivativeKey = decodeURIComponent(rawQueryString.slice('key='.length));
  const [preset = '', Key = ''] = derivativeKey.split('/');
  const derivative = { Bucket: DERIVATIVES_BUCKET, Key: derivativeKey };
  const [original, existing] = await Promise.allSettled([
    client.send(new GetObjectCommand({ Bucket: ORIGINALS_BUCKET, Key })),
    client.send(new HeadObjectCommand(derivative)),
  ]);
  if (original.status === 'rejected') return { statusCode: 404 };
  if (existing.status === 'fulfilled') return { statusCode: 200 };
  const body = await bareResize(await buffer(original.value.Body as Readable), Key, preset);
  await client.send(new PutObjectCommand({ ...derivative, Body: body, ContentType: 'image/jpeg' }));
  return { statusCode: 301, headers: { location: `/${derivativeKey}` } };
}
