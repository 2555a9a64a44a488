/** `make resize`: one image through the built service. */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import sharp from 'sharp';
import { startWorker } from '../aws/lambda/worker.ts';
import { makeFolder } from '../aws/make-folder.ts';
import { openEmbeddedStore } from '../aws/s3/embedded-store.ts';
import { startS3 } from '../aws/s3/server.ts';
import { readObject } from '../aws/s3/store.ts';

const usage = `make resize IMAGE=photo.jpg PRESET=400x400 [OUT=file] [VERBOSE=1]

Puts the image into a local S3, calls the built Lambda as API Gateway would, and writes the derivative to OUT, by default
.cache/resized/photo-400x400.jpg. VERBOSE=1 prints the reply and what the Lambda logs, too.`;

interface Reply {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

const root = resolve(import.meta.dirname, '../..');
const code = join(root, 'dist/resize');
const [originals, derivatives, accessKeyId] = ['originals', 'derivatives', 'local'];

async function main({ IMAGE = '', PRESET = '', OUT = '', VERBOSE = '' }: NodeJS.ProcessEnv): Promise<void> {
  if (IMAGE === '' || PRESET === '') throw new Error(`IMAGE and PRESET are both needed.\n\n${usage}`);
  const original = readImage(IMAGE);
  if (process.argv.includes('--check')) return;
  const directory = mkdtempSync(join(tmpdir(), 'resize-'));
  const store = openEmbeddedStore(directory);
  const s3 = await startS3({ store, port: 0, callers: new Map([[accessKeyId, 'owner']]) });
  try {
    for (const bucket of [originals, derivatives]) await store.createBucket(bucket);
    const key = basename(IMAGE);
    await store.put(originals, key, { headers: {}, body: [original] });
    const { reply, lines } = await callLambda(`key=${PRESET}/${encodeURIComponent(key)}`, s3.endpoint);
    if (VERBOSE !== '') for (const line of [JSON.stringify(reply), ...lines]) console.log(line);

    const derivative = await readObject(store, derivatives, `${PRESET}/${key}`);
    if (!derivative) throw new Error(`${reply.statusCode}: ${JSON.parse(reply.body ?? '{}').message ?? 'no image'}`);
    const { 'content-type': type = '', 'cache-control': kept = '' } = derivative.headers;
    const file = OUT || join(root, '.cache/resized', nameFor(key, PRESET, type));
    makeFolder(dirname(resolve(file)));
    writeFileSync(file, derivative.body);
    console.log(`${IMAGE}  ${await describe(original)}`);
    console.log(`${relative('', file)}  ${await describe(derivative.body)}, ${type}, cache-control: ${kept}`);
    console.log(timesIn(lines));
  } finally {
    await s3.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** In a process of its own, since libvips and glibc read their settings when a process starts. */
async function callLambda(rawQueryString: string, endpoint: string): Promise<{ reply: Reply; lines: string[] }> {
  const lines: string[] = [];
  const worker = startWorker({
    directory: code,
    timeoutSeconds: 15,
    memoryMegabytes: 1769,
    log: (line) => lines.push(line),
    variables: {
      ...JSON.parse(readFileSync(join(code, '../environment.json'), 'utf8')),
      _HANDLER: 'index.handler',
      LAMBDA_TASK_ROOT: code,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: 'local',
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
    if (outcome.end === 'returned') return { reply: JSON.parse(outcome.payload), lines };
    throw new Error(`The Lambda ended with ${JSON.stringify(outcome)}\n${lines.join('\n')}`);
  } finally {
    await worker.kill();
  }
}

/** The phases from the metrics that the Lambda logs. */
function timesIn(lines: readonly string[]): string {
  const line = lines.find((one) => one.includes('"_aws"') && one.includes('"ResizeRequests"'));
  const metrics: Record<string, unknown> = JSON.parse(line ?? '{}');
  const phases = ['HeadMs', 'GetMs', 'ResizeMs', 'PutMs', 'TotalMs'].filter((name) => name in metrics);
  const times = phases.map((name) => `${name.slice(0, -2).toLowerCase()} ${Number(metrics[name]).toFixed(1)} ms`);
  return `${times.join(', ')}, peak memory ${Number(metrics.PeakRssMB).toFixed(0)} MB`;
}

function readImage(image: string): Buffer {
  if (existsSync(image)) return readFileSync(image);
  throw new Error(`IMAGE is "${image}": expected a file that exists`);
}

function nameFor(key: string, preset: string, type: string): string {
  const [size] = preset.split('.');
  return `${basename(key, extname(key))}-${size}.${type.replace('image/', '').replace('jpeg', 'jpg')}`;
}

async function describe(image: Buffer): Promise<string> {
  const size = image.length < 1e6 ? `${(image.length / 1e3).toFixed(1)} kB` : `${(image.length / 1e6).toFixed(2)} MB`;
  const { width, height } = await sharp(image).metadata();
  return `${width} x ${height}, ${size}`;
}

try {
  await main(process.env);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
