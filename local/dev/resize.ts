/** `make resize`: one image through the built service. See `usage` below. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, extname, join, resolve } from 'node:path';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import sharp from 'sharp';
import { startWorker } from '../aws/lambda/worker.ts';
import { startS3 } from '../aws/s3/server.ts';

const usage = `make resize IMAGE=photo.jpg PRESET=400x400 [OUT=file] [VERBOSE=1]

Puts the image into a local S3, calls the built Lambda for it as API Gateway would, and follows the redirect to what
was stored. Without OUT the derivative is written beside you, as photo-400x400.jpg. VERBOSE prints its metrics.`;

interface Result {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

const dist = resolve(import.meta.dirname, '../../dist');
const [originals, derivatives] = ['originals', 'derivatives'];
const keys = { accessKeyId: 'local', secretAccessKey: 'local' };
const region = 'us-east-1';

async function main(image = '', preset = '', out = ''): Promise<void> {
  if (!image || !preset) throw new Error(`IMAGE is "${image}" and PRESET is "${preset}": expected both.\n\n${usage}`);
  const original = read(image);
  const key = basename(image);
  console.log(`${key}  ${await describe(original)}`);

  const directory = mkdtempSync(join(tmpdir(), 'resize-'));
  const s3 = await startS3({ directory, port: 0, ...keys, region });
  const client = new S3Client({ endpoint: s3.endpoint, region, credentials: keys, forcePathStyle: true });
  try {
    for (const Bucket of [originals, derivatives]) await client.send(new CreateBucketCommand({ Bucket }));
    await client.send(new PutObjectCommand({ Bucket: originals, Key: key, Body: original }));

    const { result, lines } = await call(`key=${preset}/${encodeURIComponent(key)}`, s3.endpoint);
    printReply(result);
    if (result.statusCode === 301)
      await fetchDerivative(client, result.headers.Location ?? '', out || nameFor(key, preset));
    else process.exitCode = 1;
    if (process.env.VERBOSE) printMetrics(lines);
  } finally {
    client.destroy();
    await s3.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The bundle in a process of its own, since libvips and glibc read their settings when a process starts. */
async function call(rawQueryString: string, endpoint: string): Promise<{ result: Result; lines: string[] }> {
  const lines: string[] = [];
  const worker = startWorker({
    directory: join(dist, 'resize'),
    timeoutSeconds: 15,
    memoryMegabytes: 1769,
    log: (line) => lines.push(line),
    variables: {
      ...JSON.parse(readFileSync(join(dist, 'environment.json'), 'utf8')),
      _HANDLER: 'index.handler',
      LAMBDA_TASK_ROOT: join(dist, 'resize'),
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
      AWS_ENDPOINT_URL_S3: endpoint,
      ORIGINALS_BUCKET: originals,
      DERIVATIVES_BUCKET: derivatives,
      IMAGE_BASE_URL: 'https://img.example.com',
      STAGE: 'local',
      LOCATION_ENCODING: 'once',
    },
  });
  const requestId = randomUUID();
  const event = {
    version: '2.0',
    routeKey: 'ANY /resize',
    rawPath: '/resize',
    rawQueryString,
    headers: {},
    requestContext: { requestId, http: { method: 'GET', path: '/resize' } },
    isBase64Encoded: false,
  };
  try {
    await worker.init(10_000);
    const outcome = await worker.run(
      { requestId, event: JSON.stringify(event), invokedFunctionArn: '', traceId: '', clockOffsetMilliseconds: 0 },
      15_000,
    );
    if (outcome.end !== 'returned') throw new Error(`The Lambda ${JSON.stringify(outcome)}\n${lines.join('\n')}`);
    return { result: JSON.parse(outcome.payload), lines };
  } finally {
    await worker.kill();
  }
}

function printReply({ statusCode, headers, body }: Result): void {
  console.log(`\n${statusCode}`);
  for (const [name, value] of Object.entries(headers)) console.log(`  ${name.toLowerCase()}: ${value}`);
  if (body) console.log(`\n  ${JSON.parse(body).message}`);
}

/** As the website endpoint would answer what CloudFront asks for next. */
async function fetchDerivative(client: S3Client, location: string, out: string): Promise<void> {
  const key = decodeURIComponent(new URL(location).pathname.slice(1));
  const object = await client.send(new GetObjectCommand({ Bucket: derivatives, Key: key }));
  const bytes = Buffer.from((await object.Body?.transformToByteArray()) ?? []);
  const { ContentType = '', CacheControl = '' } = object;
  const file = extname(out) ? out : `${out}.${ContentType.replace('image/', '').replace('jpeg', 'jpg')}`;
  writeFileSync(file, bytes);
  console.log(`\n${file}  ${await describe(bytes)}, ${ContentType}, cache-control: ${CacheControl}`);
}

/** The phases as a person reads them, and the line as CloudWatch gets it. */
function printMetrics(lines: readonly string[]): void {
  const line = lines.find((one) => one.includes('"_aws"') && one.includes('"ResizeRequests"'));
  if (!line) return;
  const metrics: Record<string, unknown> = JSON.parse(line);
  const phases = ['HeadMs', 'GetMs', 'ResizeMs', 'PutMs', 'TotalMs'].filter((name) => name in metrics);
  const times = phases.map((name) => `${name.slice(0, -2).toLowerCase()} ${Number(metrics[name]).toFixed(1)} ms`);
  console.log(`\n${times.join(' · ')}, peak memory ${Number(metrics.PeakRssMB).toFixed(0)} MB\n\n${line}`);
}

function read(image: string): Buffer {
  try {
    return readFileSync(image);
  } catch (cause) {
    throw new Error(`IMAGE is "${image}": expected a file that can be read`, { cause });
  }
}

const nameFor = (key: string, preset: string) => {
  const [size, format] = preset.split('.');
  return `${basename(key, extname(key))}-${size}${format ? `.${format}` : ''}`;
};

async function describe(image: Buffer): Promise<string> {
  const size = image.length < 1e6 ? `${(image.length / 1e3).toFixed(1)} kB` : `${(image.length / 1e6).toFixed(2)} MB`;
  const header = await sharp(image)
    .metadata()
    .catch(() => undefined);
  return header ? `${header.width} x ${header.height}, ${size}` : size;
}

try {
  // From the environment, since a shell would read quotes and dollars in a file name.
  const { IMAGE, PRESET, OUT } = process.env;
  await main(IMAGE, PRESET, OUT);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
