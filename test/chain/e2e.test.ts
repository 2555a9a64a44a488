/**
 * The examples of the table of answers, entryPoint by entryPoint, over the wire: on the local chain, or on the running chain that
 * `E2E_TARGET` names (`make e2e TARGET=staging`).
 */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { followRedirects } from '../../src/follow-redirects.ts';
import { readTarget, type Target } from '../../src/target.ts';
import { startTestChain } from '../fixtures/chain.ts';
import { exampleOriginals } from '../fixtures/example-originals.ts';
import { type Buckets, openBuckets } from './buckets.ts';
import { startMilliseconds } from './chain-under-test.ts';
import { newPrefix, runExample, type Transport } from './example-run.ts';
import { exampleRows, type StoreFault } from './examples.ts';

const named = process.env.E2E_TARGET ?? '';
const prefix = newPrefix();

let target: Target;
let buckets: Buckets;
let breakStore: Transport['breakStore'];
let stop = async () => {};
let context: Parameters<typeof runExample>[2];

beforeAll(async () => {
  if (named) target = readTarget(named);
  else ({ target, breakStore, stop } = await startLocal());
  buckets = openBuckets(target);
  context = { prefix, originals: await exampleOriginals() };
}, startMilliseconds);
afterAll(async () => {
  if (!buckets) return;
  await buckets.remove('originals', prefix);
  for (const preset of new Set(exampleRows.map((row) => row.preset))) {
    await buckets.remove('derivatives', `${preset}/${prefix}`);
  }
  await stop();
});

const ask: Transport['ask'] = async (entryPoint, { method, path, query }) => {
  const url = entryPoint === 'edge' ? `${target.imageUrl}/${path}` : `${target.apiUrl}?${query ?? `key=${path}`}`;
  const hops = await followRedirects(url, fetch, {
    method: method as 'GET',
    redirects: entryPoint === 'edge' ? 20 : 0,
  });
  const last = hops.at(-1);
  return {
    statuses: hops.map(({ status }) => status),
    headers: last?.headers ?? {},
    body: last?.body ?? new Uint8Array(),
  };
};

describe.each(['edge', 'api'] as const)('the %s entryPoint answers', (entryPoint) => {
  it.for(exampleRows.filter((row) => row.entryPoint === entryPoint))('$name', async (row, { skip }) => {
    skip(row.fault !== undefined && named !== '', 'nobody can make the store of a running chain fail');
    await runExample(row, { upload: buckets.upload, ask, ...(breakStore && { breakStore }) }, context);
  });
});

async function startLocal() {
  const chain = await startTestChain();
  const effects: Record<StoreFault, Parameters<typeof chain.faults.add>[0]['effect']> = {
    throttled: { error: { status: 503, code: 'SlowDown' } },
    forbidden: { error: { status: 403, code: 'AccessDenied' } },
    silent: { stall: 'request' },
  };
  return {
    target: chain.target as Target,
    stop: chain.stop,
    breakStore: (fault: StoreFault) => chain.faults.add({ operation: 'GetObject', effect: effects[fault] }),
  };
}
