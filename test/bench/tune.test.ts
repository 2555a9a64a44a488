/** `make tune` against a Lambda API that is ours, with the real handler and a real S3 behind it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { BenchResult } from '../../bench/memory/conclude.ts';
import { readReport } from '../../bench/tune/invocation-report.ts';
import { waitedForS3 } from '../../bench/tune/invoke.ts';
import { startTestHandler, type TestHandler } from '../fixtures/handler.ts';
import { startTestS3, type TestS3 } from '../fixtures/s3.ts';
import { resultOf } from '../unit/bench/bench-result.ts';
import { type LambdaEndpoint, type LambdaEndpointOptions, startLambdaEndpoint } from './lambda-endpoint.ts';

const folder = mkdtempSync(join(tmpdir(), 'tune-'));
let s3: TestS3;
let handler: TestHandler;
let endpoint: LambdaEndpoint | undefined;

beforeAll(async () => {
  s3 = await startTestS3();
  handler = await startTestHandler(s3);
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
    handler: async (query) => {
      const { status, headers, body } = await handler.call(query);
      return { statusCode: status, headers, body: body.toString() };
    },
    ...options,
  });
  const targetFile = join(folder, 'target.json');
  const target = {
    target: 'staging',
    region: s3.region,
    imageUrl: 'https://img.example.com',
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

test.each(['JSON', 'Text'] as const)(
  'asks each size by a version of its own and reads reports in %s',
  async (logFormat) => {
    const {
      code,
      output,
      errors,
      endpoint: lambda,
    } = await runTune({ logFormat }, '--sizes', '512,1024,1769,3008', '--calls', '2');
    expect(errors).not.toContain('tune:');
    expect(code).toBe(0);
    // Two presets of the one image, each once first and twice after.
    expect(lambda.invocations).toHaveLength(4 * 2 * 3);
    expect(new Set(lambda.invocations.map(({ key }) => key)).size).toBe(24);
    for (const { key } of lambda.invocations)
      expect(key).toMatch(/^key=[^/]+\/loadtest\/tune-[a-z0-9]+\/\d+-blue\.jpg$/);
    expect(new Set(lambda.invocations.map(({ version }) => version))).toEqual(new Set(['8', '9', '10', '11']));
    // $ of a thousand at 1,024 MB: 0.95 x 0.450 s and 0.05 x 0.650 s of one GB at x64's price, and 8.8 millionths of requests.
    const dollars = 1000 * ((0.95 * 0.45 + 0.05 * 0.65) * 0.0000166667 + 8.8e-6);
    expect(output).toMatch(
      new RegExp(
        `\\| 1,024 \\| 0\\.58 \\| 6 +\\| 450 ms \\| 450 ms \\| 450 ms \\|.*\\| 650 ms +\\| 180 MB, 82% free \\| \\$${dollars.toFixed(4)}`,
      ),
    );
    // Of a million views a tenth is resized, and all are HTTPS requests of CloudFront.
    expect(output).toContain(`| $${(1 + 100 * dollars).toFixed(2)} `);
    expect(output).toContain('There is no prediction beside it: make bench has not measured these cases.');
    expect(output).toMatch(/\| 512 .* cheapest/);
    expect(output).toMatch(/\| 1,769 .* fastest/);
    expect(output).toContain('Take 512 MB in place of 1,769 MB on x64');
    expect(output).toMatch(/S3 took \d+ ms of a call.* make bench BENCH="--s3-latency \d+"/);
    // The case with the greatest weight starts every process, so that the sizes can be held against each other.
    const firstOf = new Map(lambda.invocations.map(({ version, key }) => [version, key] as const).reverse());
    for (const key of firstOf.values()) expect(key).toMatch(/^key=400x400\//);
    expect(output).toContain('A first call is one of blue.jpg 400x400');
    const kept = JSON.parse(readFileSync(join(folder, 'tune.json'), 'utf8'));
    expect(kept.invoked).toHaveLength(24);
    expect(kept.invoked[0]).toMatchObject({ photo: 'blue.jpg', report: { memoryMegabytes: expect.any(Number) } });
    await expectNothingLeft(lambda);
  },
);

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

test('reports a size that runs out of memory as such, and goes on', async () => {
  const { code, output, endpoint: lambda } = await runTune({}, '--sizes', '128,1024', '--calls', '1');
  expect(code).toBe(0);
  expect(output).toMatch(/\| 128 .*runs out of memory/);
  expect(output).toContain('Take 1,024 MB in place of 1,769 MB');
  await expectNothingLeft(lambda);
});

test('a call whose answer is not of an image made just now voids the run', async () => {
  const { code, output, errors, endpoint: lambda } = await runTune({ repeats: 4 }, '--sizes', '512,1024');
  expect(code).toBe(1);
  expect(output).toBe('');
  expect(errors).toMatch(
    /tune: Void: blue.jpg \S+ at \d+ MB was answered 200 .*: expected 301 https:\/\/img\.example\.com/,
  );
  expect(lambda.invocations).toHaveLength(4);
  await expectNothingLeft(lambda);
});

test.each([
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('after %s everything is as it was', async (signal, expectedCode) => {
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

test('when nobody reads its progress any more everything is as it was', async () => {
  const { code, endpoint: lambda } = await runTune({ before: () => running?.stderr?.destroy() }, '--sizes', '512,1024');
  expect(code).toBe(1);
  expect(lambda.calls).toContain('DELETE /2015-03-31/functions/resize');
  expect(lambda.invocations).toEqual([]);
  await expectNothingLeft(lambda);
});

test('after Ctrl-C while versions are being published, too', async () => {
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

test('takes images whatever they are called', async () => {
  const odd = join(folder, 'odd');
  mkdirSync(odd);
  copyFileSync(join(folder, 'blue.jpg'), join(odd, 'my photo+é #1?.jpg'));
  const { code, errors, endpoint: lambda } = await runTune({}, '--photos', odd, '--sizes', '1024', '--calls', '1');
  expect(errors).not.toContain('tune:');
  expect(code).toBe(0);
  await expectNothingLeft(lambda);
});

test('an error of Lambda in the midst leaves nothing behind either', async () => {
  const { code, errors, endpoint: lambda } = await runTune({ refusesToPublish: 1024 }, '--sizes', '512,1024');
  expect(code).toBe(1);
  expect(errors).toContain('An error occurred');
  expect(lambda.invocations).toEqual([]);
  await expectNothingLeft(lambda);
});

test('sets back after a change that has failed, too', async () => {
  const { code, errors, endpoint: lambda } = await runTune({ failsToSettle: 1024 }, '--sizes', '512,1024');
  expect(code).toBe(1);
  expect(errors).toContain('tune: resize could not be changed: Out of luck');
  expect(errors).not.toContain('By hand');
  await expectNothingLeft(lambda);
});

test('changes nothing where a run was cut off, and says how to set that back', async () => {
  const { code, errors, endpoint: lambda } = await runTune({ cutOffAt: 512 }, '--sizes', '1024');
  expect(code).toBe(1);
  const commands = errors.split('\n').filter((line) => line.startsWith('aws lambda'));
  expect(commands).toEqual([
    "aws lambda update-function-configuration --region us-east-1 --function-name resize --memory-size 1769 --description 'Resizes'",
    'aws lambda delete-function --region us-east-1 --function-name resize --qualifier 8',
  ]);
  expect(lambda.calls.filter((call) => !call.startsWith('GET'))).toEqual([]);
});

/** Of both presets that the one image is asked for in: 100 ms of CPU, and an S3 that takes none. */
function keptResult(): BenchResult {
  const result = resultOf({ warm: [100, 100, 100] });
  const [first] = result.measured.cases;
  if (!first) throw new Error('The result has no case');
  const cases = ['400x400', '400x400.webp'].map((preset) => ({ ...first, photo: 'blue.jpg', preset }));
  const s3None = { latencyMilliseconds: 0, spread: 1, megabytesPerSecond: 1e9 };
  return { ...result, assumed: { ...result.assumed, s3: s3None }, measured: { ...result.measured, cases } };
}

test('puts what make bench has predicted beside it', async () => {
  const file = join(folder, 'memory.json');
  writeFileSync(file, JSON.stringify(keptResult()));
  const { code, output } = await runTune({}, '--prediction', file, '--sizes', '128,1024,1769', '--calls', '1');
  expect(code).toBe(0);
  // 100 ms of CPU at a whole vCPU, and what slices add.
  expect(output).toMatch(
    /\| 1,769 \| 260 ms \| 103 ms +\| 260 ms \| 103 ms +\| 260 ms \| 103 ms +\| \$0\.\d+ +\| \$0\.\d+/,
  );
  expect(output).toMatch(/AWS took 2\.5\d of the time that make bench predicted on 2026-11-25/);
  expect(output.match(/^\| 128 /gm)).toHaveLength(1);
  const kept = JSON.parse(readFileSync(join(folder, 'tune.json'), 'utf8'));
  expect(kept.prediction.rows).toHaveLength(3);
});

test('refuses a prediction that cannot be read before anything is changed', async () => {
  const broken = join(folder, 'broken.json');
  writeFileSync(broken, '{"measured":');
  for (const file of [broken, join(folder, 'missing.json')]) {
    const { code, errors, endpoint: lambda } = await runTune({}, '--prediction', file);
    expect(code).toBe(1);
    expect(errors).toContain(`tune: --prediction is ${file}: expected a result that make bench has kept`);
    expect(lambda.calls).toEqual([]);
    await lambda.close();
  }
});

test('says what it cannot work with', async () => {
  const sizes = await runTune({}, '--sizes', '64,512');
  expect(sizes).toMatchObject({
    code: 1,
    errors: expect.stringContaining('--sizes is 64,512: expected whole numbers from 128 to 10240'),
  });
  const target = await runTune({}, '--target', 'nowhere');
  expect(target.errors).toContain('TARGET is "nowhere": expected staging or prod, after make deploy');
  const local = join(folder, 'local.json');
  writeFileSync(local, JSON.stringify({ s3: {} }));
  expect((await runTune({}, '--target', local)).errors).toContain('is of a local chain');
});

describe('readReport()', () => {
  const text =
    'START RequestId: 1 Version: 8\nhello\nEND RequestId: 1\nREPORT RequestId: 1\tDuration: 402.51 ms\tBilled Duration: 586 ms\tMemory Size: 512 MB\tMax Memory Used: 141 MB\tInit Duration: 182.72 ms\t\n';

  test('reads the line of a first call', () => {
    expect(readReport(text)).toEqual({
      durationMilliseconds: 402.51,
      billedMilliseconds: 586,
      initMilliseconds: 182.72,
      memoryMegabytes: 512,
      peakMegabytes: 141,
    });
  });

  test('has no initialisation for a warm one, and is not misled by what the function logs', () => {
    const warm = text.replace(/\tInit Duration: \S+ ms/, '').replace('hello', 'REPORT RequestId: fake');
    expect(readReport(warm)).not.toHaveProperty('initMilliseconds');
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
