/** `make smoke-arm64`: the Lambda built for arm64 resizes an image on an emulated processor. Needs no arm64 machine. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import sharp from 'sharp';
import { openEmbeddedStore } from '../../../local/aws/s3/embedded-store.ts';
import { startS3 } from '../../../local/aws/s3/server.ts';
import { missingPackages, runEmulated } from './emulated-node.ts';

const root = join(import.meta.dirname, '../../..');
const codeFolder = join(root, 'dist/resize-arm64');
const region = 'us-east-1';
const keys = { accessKeyId: 'local', secretAccessKey: 'local' };
const key = 'profile/ann.jpg';
/** A decoder and an encoder of each kind that ships in the binary. */
const cases = [
  { preset: '200x200', format: 'jpeg', width: 200, height: 200 },
  { preset: '200x200.webp', format: 'webp', width: 200, height: 200 },
  { preset: '320x.avif', format: 'heif', width: 320, height: 213 },
] as const;

const missing = missingPackages();
if (missing.length > 0) {
  console.error(`To run arm64 code here, Debian's packages are missing: apt-get install ${missing.join(' ')}`);
  process.exit(1);
}

const directory = mkdtempSync(join(tmpdir(), 'smoke-arm64-'));
const s3 = await startS3({
  store: openEmbeddedStore(directory),
  port: 0,
  callers: new Map([[keys.accessKeyId, 'owner']]),
});
const client = new S3Client({ endpoint: s3.endpoint, region, credentials: keys, forcePathStyle: true });
try {
  for (const Bucket of ['originals', 'derivatives']) await client.send(new CreateBucketCommand({ Bucket }));
  await client.send(new PutObjectCommand({ Bucket: 'originals', Key: key, Body: await photograph() }));
  const started = Date.now();
  check(await callEmulated(cases.map(({ preset }) => `key=${preset}/${key}`)));
  for (const { preset, format, width, height } of cases) {
    const stored = await client.send(new GetObjectCommand({ Bucket: 'derivatives', Key: `${preset}/${key}` }));
    const found = await sharp(await stored.Body?.transformToByteArray()).metadata();
    const shown = `${preset}: ${found.format} ${found.width}x${found.height}`;
    if (found.format !== format || found.width !== width || found.height !== height) {
      throw new Error(`${shown}, expected ${format} ${width}x${height}`);
    }
    console.log(shown);
  }
  console.log(`The arm64 Lambda works (${Math.round((Date.now() - started) / 1000)} s under emulation).`);
} finally {
  client.destroy();
  await s3.close();
  rmSync(directory, { recursive: true });
}

function callEmulated(queries: readonly string[]): Promise<string> {
  return runEmulated(root, [join(import.meta.dirname, 'invoke.mjs'), codeFolder, ...queries], {
    ...JSON.parse(readFileSync(join(root, 'dist/environment.json'), 'utf8')),
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    ORIGINALS_BUCKET: 'originals',
    DERIVATIVES_BUCKET: 'derivatives',
    IMAGE_BASE_URL: 'https://img.example.com',
    STAGE: 'local',
    LOCATION_ENCODING: 'once',
  });
}

function check(output: string): void {
  const { architecture, replies } = JSON.parse(output);
  if (architecture !== 'arm64') throw new Error(`The processor is ${architecture}, expected arm64`);
  for (const { statusCode, headers, body } of replies) {
    if (statusCode !== 301) throw new Error(`The Lambda answered ${statusCode} ${body ?? ''}, expected 301`);
    if (headers['Cache-Control'] !== 'no-store') throw new Error('The redirect has no "Cache-Control: no-store"');
  }
}

/** Large enough to shrink on load, with structure that each codec has to work on. */
function photograph(): Promise<Buffer> {
  const waves = Buffer.from(
    Array.from({ length: 1200 * 800 * 3 }, (_, i) => 128 + 100 * Math.sin(i / 997) + 20 * Math.sin(i / 7)),
  );
  return sharp(waves, { raw: { width: 1200, height: 800, channels: 3 } })
    .jpeg({ quality: 90 })
    .toBuffer();
}
