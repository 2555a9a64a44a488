/** `make tune` against a Lambda API of the tests, with the real handler and the local S3 behind it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readReport, waitedForS3 } from '../../bench/tune/invoke.ts';
import { onImageHost, startTestHandler, type TestHandler } from '../fixtures/handler.ts';
import { startTestS3, type TestS3 } from '../fixtures/s3.ts';
import { type LambdaEndpoint, type LambdaEndpointOptions, startLambdaEndpoint } from './lambda-endpoint.ts';

const folder = mkdtempSync(join(tmpdir(), 'tune-'));
let s3: TestS3;
let handler: TestHandler;
let endpoint: LambdaEndpoint | undefined;

beforeAll(async () => {
  s3 = await startTestS3();
  handler = await startTestHandler(s3, { variables: onImageHost });
  await sharp({ create: { width: 300, height: 200, channels: 3, background: '#336699' } })
    .jpeg()
    .toFile(join(folder, 'blue.jpg'));
});
afterEach(() => endpoint?.close());
afterAll(async () => {
  await s3.stop();
  rmSync(folder, { recursive: true });
});

/** Half a vCPU and a whole one; 128 MB run out of memory. */
const milliseconds = { 512: 900, 1024: 450, 1769: 260, 3008: 260 };

async function runTune(options: Partial<LambdaEndpointOptions>, ...args: string[]) {
  endpoint = await startLambdaEndpoint({
    milliseconds,
    logFormat: 'JSON',
    variables: onImageHost,
    handler: async (query, secret) => {
      const { status, headers, body } = await handler.call(query, { secret: secret ?? 'none' });
      return { statusCode: status, headers, body: body.toString() };
    },
    ...options,
  });
  const targetFile = join(folder, 'target.json');
  const target = {
    ...{ target: 'staging', stage: 'staging', region: s3.region, distributionId: 'E1' },
    ...{
      imageUrl: 'https://img.example.com',
      apiUrl: 'https://api.example.com/resize',
      websiteUrl: 'http://w.example.com',
    },
    buckets: { originals: handler.originals, derivatives: handler.derivatives },
    function: { name: 'resize', alias: 'live' },
  };
  writeFileSync(targetFile, JSON.stringify(target));
  const main = join(import.meta.dirname, '../../bench/tune/main.ts');
  const fixed = ['--target', targetFile, '--photos', folder, '--out', join(folder, 'tune')];
  const child = spawn(process.execPath, [main, ...fixed, ...args], {
    // Where `make bench` has kept nothing.
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      AWS_ACCESS_KEY_ID: s3.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3.credentials.secretAccessKey,
      AWS_ENDPOINT_URL_S3: s3.endpoint,
      AWS_ENDPOINT_URL_LAMBDA: endpoint.url,
    },
  });
  running = child;
  let [output, errors] = ['', ''];
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, output, errors, endpoint };
}
let running: ChildProcess | undefined;

async function expectNothingLeft({ latest, versions, live }: LambdaEndpoint): Promise<void> {
  expect(latest).toMatchObject({ MemorySize: 1769, Description: 'Resizes' });
  expect([...versions.keys()]).toEqual(['6', '7']);
  expect(live).toBe('7');
  const { Contents: originals = [] } = await s3.client.send(new ListObjectsV2Command({ Bucket: handler.originals }));
  expect(originals.map(({ Key }) => Key)).toEqual([]);
  expect(await handler.derivativeKeys()).toEqual([]);
}

test.each(['JSON', 'Text'] as const)('calls a version of each size and reads reports in %s', async (logFormat) => {
  const {
    code,
    output,
    errors,
    endpoint: lambda,
  } = await runTune({ logFormat }, ...['--sizes', '512,1024,1769,3008', '--calls', '2']);
  expect(errors).not.toContain('tune:');
  expect(code).toBe(0);
  // Two presets of the one image, each once first and twice after.
  expect(lambda.invocations).toHaveLength(4 * 2 * 3);
  expect(new Set(lambda.invocations.map(({ key }) => key)).size).toBe(24);
  for (const { key } of lambda.invocations) expect(key).toMatch(/^key=[^/]+\/loadtest\/tune-[a-z0-9]+\/\d+-blue\.jpg$/);
  expect(new Set(lambda.invocations.map(({ version }) => version))).toEqual(new Set(['8', '9', '10', '11']));
  // $ of a thousand at 1,024 MB: 0.95 x 0.450 s and 0.05 x 0.650 s of one GB at x64's price, and 8.8 millionths of requests.
  const dollars = 1000 * ((0.95 * 0.45 + 0.05 * 0.65) * 0.0000166667 + 8.8e-6);
  expect(output).toMatch(
    new RegExp(
      `\\| 1,024 \\| 6 +\\| 450 ms \\| 450 ms \\| 450 ms \\|.*\\| 650 ms +\\| 180 MB, 82% free \\| \\$${dollars.toFixed(4)}`,
    ),
  );
  expect(output).toMatch(/^\*\*Take 512 MB, not 1,769 MB/);
  expect(output).toMatch(/\| 512 .* cheapest/);
  expect(output).toMatch(/\| 1,769 .* fastest/);
  expect(output).toMatch(/make bench BENCH="--s3-latency \d+"/);
  // One case starts every process, so that the first calls of the sizes can be compared.
  const firstOf = new Map(lambda.invocations.map(({ version, key }) => [version, key] as const).reverse());
  for (const key of firstOf.values()) expect(key).toMatch(/^key=400x400\//);
  const kept = JSON.parse(readFileSync(join(folder, 'tune.json'), 'utf8'));
  expect(kept.calls).toHaveLength(24);
  expect(kept.calls[0]).toMatchObject({ photo: 'blue.jpg', report: { billedMilliseconds: expect.any(Number) } });
  await expectNothingLeft(lambda);
});

test('never moves the alias, and changes nothing but $LATEST and its own versions', async () => {
  const { endpoint: lambda } = await runTune({}, '--sizes', '512', '--calls', '1');
  const changes = lambda.calls.filter((call) => !call.startsWith('GET') && !call.endsWith('/invocations'));
  expect(changes).toEqual([
    'PUT /2015-03-31/functions/resize/configuration',
    'POST /2015-03-31/functions/resize/versions',
    'PUT /2015-03-31/functions/resize/configuration',
    'DELETE /2015-03-31/functions/resize',
  ]);
});

test('a size that fails is a row with its fault, and the others are measured', async () => {
  const failures = { 256: 'timeout', 512: 'crash', 1769: 'refusal' } as const;
  const {
    code,
    output,
    endpoint: lambda,
  } = await runTune({ failures }, ...['--sizes', '128,256,512,1024,1769', '--calls', '1']);
  expect(code).toBe(0);
  expect(output).toMatch(/\| 128 .*ran out of memory/);
  expect(output).toMatch(/\| 256 .*timed out/);
  expect(output).toMatch(/\| 512 .*failed: /);
  expect(output).toMatch(/\| 1,769 .*was answered 504 /);
  expect(output).toMatch(/^\*\*Take 1,024 MB, not 1,769 MB/);
  await expectNothingLeft(lambda);
});

test.each([['SIGTERM', 143]] as const)('everything is set back after %s', async (signal, expectedCode) => {
  const {
    code,
    errors,
    endpoint: lambda,
  } = await runTune({ beforeInvocation: (count) => count === 3 && running?.kill(signal) }, '--sizes', '512,1024');
  expect(code).toBe(expectedCode);
  expect(errors).toContain('tune: stopped before its end');
  expect(lambda.invocations).toHaveLength(3);
  await expectNothingLeft(lambda);
});

test('everything is set back after Ctrl-C while versions are published', async () => {
  const { code, endpoint: lambda } = await runTune(
    { before: (call) => call === 'POST versions' && running?.kill('SIGINT') },
    '--sizes',
    '512,1024',
  );
  expect(code).toBe(130);
  expect(lambda.calls.filter((call) => call.endsWith('/versions') && call.startsWith('POST'))).toHaveLength(1);
  expect(lambda.invocations).toEqual([]);
  await expectNothingLeft(lambda);
});

test('says how to set back by hand what it could not, and still removes the rest', async () => {
  const {
    code,
    errors,
    endpoint: lambda,
  } = await runTune({ refusesToRestore: 'Resizes' }, '--sizes', '512', '--calls', '1');
  expect(code).toBe(1);
  expect(errors).toContain(
    "By hand: aws lambda update-function-configuration --region us-east-1 --function-name resize --memory-size 1769 --description 'Resizes'",
  );
  lambda.latest.MemorySize = 1769;
  lambda.latest.Description = 'Resizes';
  await expectNothingLeft(lambda);
});

test('sets back after a change that has failed, too', async () => {
  const { code, errors, endpoint: lambda } = await runTune({ failsToSettle: 1024 }, '--sizes', '512,1024');
  expect(code).toBe(1);
  expect(errors).toContain('tune: resize could not be changed: Out of luck');
  expect(errors).not.toContain('By hand');
  await expectNothingLeft(lambda);
});

test('changes nothing after an interrupted run, and says how to set that back', async () => {
  const { code, errors, endpoint: lambda } = await runTune({ cutOffAt: 512 }, '--sizes', '1024');
  expect(code).toBe(1);
  const commands = errors.split('\n').filter((line) => line.startsWith('aws lambda'));
  expect(commands).toEqual([
    "aws lambda update-function-configuration --region us-east-1 --function-name resize --memory-size 1769 --description 'Resizes'",
  ]);
  expect(lambda.calls.filter((call) => !call.startsWith('GET'))).toEqual([]);
});

test('refuses wrong arguments before anything is changed', async () => {
  const sizes = await runTune({}, '--sizes', '64,512');
  expect(sizes).toMatchObject({
    code: 1,
    errors: expect.stringContaining('--sizes is 64: expected a number from 128'),
  });
  expect((await runTune({}, '--target', 'nowhere')).errors).toContain('TARGET is "nowhere": expected ');
  expect((await runTune({}, '--target', '')).errors).toContain('TARGET is "": expected ');
  expect(sizes.endpoint.calls).toEqual([]);
});

describe('readReport()', () => {
  const text =
    'START RequestId: 1 Version: 8\nhello\nEND RequestId: 1\nREPORT RequestId: 1\tDuration: 402.51 ms\tBilled Duration: 586 ms\tMemory Size: 512 MB\tMax Memory Used: 141 MB\tInit Duration: 182.72 ms\t\n';

  test('reads the line of a first call', () => {
    expect(readReport(text)).toEqual({
      durationMilliseconds: 402.51,
      billedMilliseconds: 586,
      initMilliseconds: 182.72,
      peakMegabytes: 141,
    });
  });

  test('has no initialisation for a warm one, and is not misled by what the function logs', () => {
    const warm = text.replace(/\tInit Duration: \S+ ms/, '').replace('hello', 'REPORT RequestId: fake');
    expect(readReport(warm)?.initMilliseconds).toBeUndefined();
    expect(readReport(warm)?.billedMilliseconds).toBe(586);
  });

  test.each(['', 'START RequestId: 1', '{"type":"platform.report","record":{}}', '{"type":"plat'])(
    'finds none in %j',
    (log) => {
      expect(readReport(log)).toBeUndefined();
    },
  );
});

test('waitedForS3() adds what was waited for: the HEAD runs beside the GET', () => {
  expect(
    waitedForS3('init;dur=200.0, get;dur=31.5, head;dur=20.0, resize;dur=98.2, put;dur=40.1, total;dur=172.0'),
  ).toBeCloseTo(71.6);
  expect(waitedForS3(undefined)).toBeUndefined();
});
