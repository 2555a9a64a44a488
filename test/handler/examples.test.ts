/** The examples of the table of answers, in process: the transport without any transport. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiOn } from '../../src/config.ts';
import { newPrefix, runExample, type Transport } from '../chain/example-run.ts';
import { exampleRowsOf } from '../chain/examples.ts';
import { type FaultRule, startFaultyS3 } from '../fixtures/faulty-s3.ts';
import { onImageHost, startTestHandler } from '../fixtures/handler.ts';
import { exampleOriginals } from '../fixtures/images.ts';
import { startTestS3, type TestS3 } from '../fixtures/s3.ts';

let s3: TestS3;
let proxy: Awaited<ReturnType<typeof startFaultyS3>>;
let context: Parameters<typeof runExample>[2];

beforeAll(async () => {
  s3 = await startTestS3();
  proxy = await startFaultyS3(s3.endpoint);
  context = { prefix: newPrefix(), originals: await exampleOriginals() };
});
afterAll(async () => {
  await proxy.stop();
  await s3.stop();
});

async function transportOf(apiOn: ApiOn): Promise<Transport> {
  const variables = apiOn === 'image-host' ? onImageHost : {};
  const service = await startTestHandler(s3, { endpoint: proxy.endpoint, variables });
  const faults: Record<string, FaultRule['fault']> = {
    throttled: { answer: 503, code: 'SlowDown' },
    forbidden: { answer: 403, code: 'AccessDenied' },
    silent: 'silence',
  };
  return {
    apiOn,
    upload: service.putOriginal,
    async ask(_entryPoint, { method, path, query }) {
      const { status, headers, body } = await service.call(query ?? `key=${path}`, { method });
      return { statuses: [status], headers: lower(headers), body };
    },
    breakStore(fault) {
      proxy.rules.push({ method: 'GET', bucket: service.originals, fault: faults[fault] ?? 'reset' });
      return () => proxy.rules.splice(0);
    },
  };
}

const lower = (headers: Record<string, string>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

describe.each(['image-host', 'own-host'] as const)('the handler on its %s answers', (apiOn) => {
  let transport: Transport;
  beforeAll(async () => {
    transport = await transportOf(apiOn);
  });

  it.each(exampleRowsOf(apiOn).filter(({ entryPoint }) => entryPoint === 'api'))('$name', async (row) =>
    runExample(row, transport, context),
  );
});

describe('the handler on the image host', () => {
  it.each(['none', 'x'.repeat(48)])('refuses the secret %j before it asks S3 for anything', async (secret) => {
    const service = await startTestHandler(s3, { endpoint: proxy.endpoint, variables: onImageHost });
    proxy.rules.push({ method: 'GET', bucket: service.originals, fault: 'reset' });
    const { status, headers, json } = await service.call('key=200x200/a.jpg', { secret });
    proxy.rules.splice(0);
    expect({ status, code: json.code }).toEqual({ status: 403, code: 'edge-only' });
    expect(headers['Cache-Control']).toBe('no-store');
  });
});
