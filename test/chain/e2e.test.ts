/**
 * The examples of the table of answers, entryPoint by entryPoint, over the wire: on the local chain, or on the running chain that
 * `E2E_TARGET` names (`make e2e TARGET=staging`).
 */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type ApiOn, config } from '../../src/config.ts';
import { allowedPresets } from '../../src/core/presets.ts';
import { followRedirects } from '../../src/follow-redirects.ts';
import { apiOnOf, readTarget, type Target } from '../../src/target.ts';
import { startTestChain } from '../fixtures/chain.ts';
import { exampleOriginals } from '../fixtures/images.ts';
import { type Buckets, openBuckets } from './buckets.ts';
import { startMilliseconds } from './chain-under-test.ts';
import { newPrefix, runExample, type Transport } from './example-run.ts';
import { exampleRowsOf, type StoreFault } from './examples.ts';

const named = process.env.E2E_TARGET ?? '';
const prefix = newPrefix();

interface Running {
  readonly target: Target;
  readonly breakStore?: Transport['breakStore'];
  readonly stop: () => Promise<void>;
}

/** The one mode of the named chain, or both, each on a chain of its own. */
const modes: readonly ApiOn[] = named ? [apiOnOf(readTarget(named))] : ['image-host', 'own-host'];

describe.each(modes)('with the API on its %s', (apiOn) => {
  let running: Running;
  let buckets: Buckets;
  let context: Parameters<typeof runExample>[2];
  const rows = exampleRowsOf(apiOn);

  beforeAll(async () => {
    running = named ? { target: readTarget(named), stop: async () => {} } : await startLocal(apiOn);
    buckets = openBuckets(running.target);
    context = { prefix, originals: await exampleOriginals() };
  }, startMilliseconds);
  afterAll(async () => {
    if (!buckets) return;
    await buckets.remove('originals', prefix);
    for (const name of allowedPresets(config.presets).keys()) await buckets.remove('derivatives', `${name}/${prefix}`);
    await running.stop();
  });

  const ask: Transport['ask'] = async (entryPoint, { method, accept, path, query }) => {
    const { imageUrl, apiUrl } = running.target;
    const url = entryPoint === 'edge' ? `${imageUrl}/${path}` : `${apiUrl}?${query ?? `key=${path}`}`;
    const hops = await followRedirects(url, fetch, {
      method: method as 'GET',
      headers: { accept },
      redirects: entryPoint === 'edge' ? 20 : 0,
    });
    const last = hops.at(-1);
    return {
      statuses: hops.map(({ status }) => status),
      headers: last?.headers ?? {},
      body: last?.body ?? new Uint8Array(),
    };
  };

  describe.each(['edge', 'api'] as const)('the entry point %s answers', (entryPoint) => {
    it.for(rows.filter((row) => row.entryPoint === entryPoint))('$name', async (row, { skip }) => {
      skip(row.fault !== undefined && named !== '', 'nobody can make the store of a running chain fail');
      const { breakStore } = running;
      await runExample(row, { apiOn, upload: buckets.upload, ask, ...(breakStore && { breakStore }) }, context);
    });
  });
});

async function startLocal(apiOn: ApiOn): Promise<Running> {
  const chain = await startTestChain({ apiOn });
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
