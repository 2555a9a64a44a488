/** The examples of the table of answers, in process: the transport without any transport. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { newPrefix, runExample, type Transport } from '../chain/example-run.ts';
import { exampleRows } from '../chain/examples.ts';
import { exampleOriginals } from '../fixtures/example-originals.ts';
import { type FaultRule, startFaultyS3 } from '../fixtures/faulty-s3.ts';
import { startTestHandler } from '../fixtures/handler.ts';
import { startTestS3, type TestS3 } from '../fixtures/s3.ts';

let s3: TestS3;
let proxy: Awaited<ReturnType<typeof startFaultyS3>>;
let transport: Transport;
let context: Parameters<typeof runExample>[2];

beforeAll(async () => {
  s3 = await startTestS3();
  proxy = await startFaultyS3(s3.endpoint);
  const service = await startTestHandler(s3, { endpoint: proxy.endpoint });
  const faults: Record<string, FaultRule['fault']> = {
    throttled: { answer: 503, code: 'SlowDown' },
    forbidden: { answer: 403, code: 'AccessDenied' },
    silent: 'silence',
  };
  transport = {
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
  context = { prefix: newPrefix(), originals: await exampleOriginals() };
});
afterAll(async () => {
  await proxy.stop();
  await s3.stop();
});

const lower = (headers: Record<string, string>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

describe('the handler answers', () => {
  it.each(exampleRows.filter(({ entryPoint }) => entryPoint === 'api'))('$name', async (row) =>
    runExample(row, transport, context),
  );
});
