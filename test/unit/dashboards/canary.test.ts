/** The canary over the real handler and a real S3; only CloudFront and its website are a few lines here. */
import { setTimeout } from 'node:timers/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { Fetch } from '../../../src/follow-redirects.ts';
import { canaryMetrics, metricNamespace, serviceName } from '../../../src/metrics.ts';
import { imageBaseUrl, startTestHandler, type TestHandler } from '../../fixtures/handler.ts';
import { startTestS3, type TestS3 } from '../../fixtures/s3.ts';

interface Emf {
  readonly _aws: {
    readonly CloudWatchMetrics: {
      Namespace: string;
      Dimensions: string[][];
      Metrics: { Name: string; Unit: string }[];
    }[];
  };
  readonly CanaryFailures: number;
  readonly CanaryMs: number;
  readonly key: string;
  readonly statuses: string;
  readonly faults: string;
}

const apiUrl = 'https://api.example.com/resize';
let s3: TestS3;
let service: TestHandler;
let runWith: (get: Fetch, options?: { now?: number; remaining?: number }) => Promise<void>;
let lines: Record<string, unknown>[] = [];

/** Of three presets, each run takes one; `now` says which. */
const presets = {
  '48x48': { width: 48, height: 48, fit: 'cover', formats: [] },
  '40x': { width: 40, fit: 'inside', formats: ['webp', 'avif'] },
  '30x': { width: 30, fit: 'inside', formats: ['png'] },
} as const;
const timeOf = (preset: keyof typeof presets) => Object.keys(presets).indexOf(preset) * 5 * 60_000 + 60_000;

beforeAll(async () => {
  vi.stubEnv('POWERTOOLS_DEV', 'true');
  for (const method of ['log', 'info', 'warn', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation((line: string) => void lines.push(JSON.parse(line)));
  }
  s3 = await startTestS3();
  const variables = {
    POWERTOOLS_METRICS_DISABLED: 'false',
    POWERTOOLS_LOG_LEVEL: 'INFO',
    CANARY_PREFIX: 'loadtest/canary/',
  };
  service = await startTestHandler(s3, { variables, change: (config) => ({ ...config, presets }) });
  const { createCanary } = await import('../../../src/canary.ts');
  const { config } = await import('../../../src/config.ts');
  runWith = async (get, { now = timeOf('48x48'), remaining = 60_000 } = {}) => {
    vi.setSystemTime(now);
    try {
      const canary = createCanary({ ...config, presets }, process.env, get);
      await canary({}, { getRemainingTimeInMillis: () => remaining });
    } finally {
      vi.useRealTimers();
    }
  };
});
beforeEach(() => {
  lines = [];
});
afterAll(() => s3.stop());

/** The edge: the derivative if it is there, else the redirect of the website's rule, with the key as S3 writes it. */
const healthyEdge: Fetch = async (url, { method }) => {
  const { pathname, search, origin } = new URL(url);
  if (`${origin}${pathname}` === apiUrl) {
    const { status, headers, body } = await service.call(search.slice(1), { method });
    return reply(status, headers, body);
  }
  const derivative = await service.storedDerivative(decodeURIComponent(pathname.slice(1)));
  if (!derivative) return reply(307, { Location: `${apiUrl}?key=${pathname.slice(1)}` });
  return reply(
    200,
    {
      'Content-Type': derivative.contentType ?? '',
      'Cache-Control': derivative.cacheControl ?? '',
      'X-Content-Type-Options': 'nosniff',
    },
    derivative.bytes,
  );
};

function reply(status: number, headers: Record<string, string>, body: Uint8Array = new Uint8Array()) {
  return { status, headers: Object.entries(headers), arrayBuffer: async () => Uint8Array.from(body).buffer };
}

const emf = () => lines.filter((line) => line._aws) as unknown as (Emf & Record<string, unknown>)[];
const runs = () => emf().filter((line) => 'CanaryFailures' in line);
const keysLeft = async () => [...(await service.derivativeKeys())];

it('gets 307, 301, 200, reports a 0, and leaves nothing behind', async () => {
  await runWith(healthyEdge);
  expect(runs()).toHaveLength(1);
  expect(runs()[0]).toMatchObject({ CanaryFailures: 0, statuses: '48x48: 307 301 200', faults: '' });
  expect(runs()[0]?.key).toMatch(/^loadtest\/canary\/[0-9a-f-]{36} é\+1\.jpg$/);
  expect(runs()[0]?.CanaryMs).toBeGreaterThanOrEqual(0);
  expect(await keysLeft()).toEqual([]);
  expect((await service.ask('48x48', runs()[0]?.key ?? '')).status).toBe(404);
});

it('emits exactly the metrics that the dashboards know, under their names, units and dimensions', async () => {
  await runWith(healthyEdge);
  const [directive, ...others] = runs()[0]?._aws.CloudWatchMetrics ?? [];
  expect(others).toEqual([]);
  expect(directive).toMatchObject({ Namespace: metricNamespace, Dimensions: [['service', 'stage']] });
  expect(directive?.Metrics.map(({ Name, Unit }) => ({ Name, Unit }))).toEqual(
    Object.entries(canaryMetrics).map(([name, { unit }]) => ({ Name: name, Unit: unit })),
  );
  expect(runs()[0]).toMatchObject({ service: serviceName, stage: 'test' });
});

it('takes the presets in turn, each with all its formats', async () => {
  await runWith(healthyEdge, { now: timeOf('40x') });
  await runWith(healthyEdge, { now: timeOf('30x') });
  expect(runs().map(({ CanaryFailures, statuses }) => `${CanaryFailures} ${statuses}`)).toEqual([
    '0 40x: 307 301 200; 40x.webp: 307 301 200; 40x.avif: 307 301 200',
    '0 30x: 307 301 200; 30x.png: 307 301 200',
  ]);
  expect(await keysLeft()).toEqual([]);
});

it('counts a failure when one format alone is broken, and names it', async () => {
  const cutAvif: Fetch = async (url, init) => {
    const answer = await healthyEdge(url, init);
    if (answer.status !== 200 || !url.includes('.avif/')) return answer;
    const bytes = await answer.arrayBuffer();
    return { ...answer, arrayBuffer: async () => bytes.slice(0, -1) };
  };
  await runWith(cutAvif, { now: timeOf('40x') });
  expect(runs()[0]).toMatchObject({
    CanaryFailures: 1,
    faults: expect.stringMatching(/^40x\.avif: .* no whole avif$/),
  });
});

it('reports a slow loop within its own time, with the hops so far', async () => {
  let hops = 0;
  const slowLoop: Fetch = async (url, { signal }) => {
    hops += 1;
    if (hops === 1) return reply(307, { Location: `${url}-` });
    await setTimeout(60_000, undefined, { signal });
    throw new Error('was not aborted');
  };
  await runWith(slowLoop, { remaining: 15_000 + 250 });
  expect(runs()[0]).toMatchObject({ CanaryFailures: 1, statuses: '48x48: 307' });
  expect(runs()[0]?.faults).toMatch(/^The view failed: /);
});

it('has a key of its own each time', async () => {
  await runWith(healthyEdge);
  await runWith(healthyEdge);
  const [first, second] = runs();
  expect(first?.key).not.toBe(second?.key);
});

it.each<[string, Fetch, string]>([
  ['rules are lost', async () => reply(404, {}), 'The hops were 404, expected 307, 301, 200'],
  ['the website refuses', async () => reply(403, {}), 'The hops were 403'],
  [
    'keys are read otherwise than they were written',
    (url, init) => healthyEdge(url.startsWith(apiUrl) ? url.replaceAll('%', '%25') : url, init),
    'The hops were 307, 404',
  ],
  [
    'the edge keeps the redirect',
    async (url, init) => {
      const answer = await healthyEdge(url, init);
      return answer.status === 307
        ? { ...answer, headers: [...answer.headers, ['Cache-Control', 'max-age=60'] as const] }
        : answer;
    },
    'The 307 has Cache-Control',
  ],
  [
    'viewers are in a redirect loop',
    async (url) =>
      reply(url.startsWith(apiUrl) ? 301 : 307, { Location: url.startsWith(apiUrl) ? imageBaseUrl : apiUrl }),
    'The hops were 307, 301, 307, 301, 307, expected 307, 301, 200',
  ],
  [
    'what is served is no image',
    async (url, init) => {
      const answer = await healthyEdge(url, init);
      return answer.status === 200
        ? { ...answer, arrayBuffer: async () => new TextEncoder().encode('oops').buffer as ArrayBuffer }
        : answer;
    },
    '48x48: The image is 4 bytes that are no whole jpeg',
  ],
  [
    'nothing answers',
    () => Promise.reject(new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') })),
    'The view failed: fetch failed (connect ECONNREFUSED)',
  ],
])('counts a failure when %s, and says which', async (_, edge, fault) => {
  await runWith(edge);
  expect(runs()).toHaveLength(1);
  expect(runs()[0]?.CanaryFailures).toBe(1);
  expect(runs()[0]?.faults).toContain(fault);
  expect(await keysLeft()).toEqual([]);
});

it('counts a failure when the viewer who comes back is redirected again', async () => {
  let images = 0;
  await runWith(async (url, init) => {
    if (!url.startsWith(apiUrl) && images > 0) return reply(307, { Location: apiUrl });
    const answer = await healthyEdge(url, init);
    if (answer.status === 200) images += 1;
    return answer;
  });
  expect(runs()[0]).toMatchObject({ CanaryFailures: 1, statuses: '48x48: 307 301 200' });
  expect(runs()[0]?.faults).toMatch(/^48x48: The second view was 307, .*expected one 200$/);
});

it('counts a failure, and does not throw, when S3 cannot be asked', async () => {
  vi.stubEnv('AWS_ENDPOINT_URL_S3', 'http://127.0.0.1:9');
  await runWith(healthyEdge);
  vi.stubEnv('AWS_ENDPOINT_URL_S3', s3.endpoint);
  expect(runs()[0]).toMatchObject({ CanaryFailures: 1, statuses: '' });
  expect(lines.some(({ message }) => message === 'The test image of the canary could not be removed')).toBe(true);
});

it('refuses an environment without a prefix, when it starts', async () => {
  const { createCanary } = await import('../../../src/canary.ts');
  const { config } = await import('../../../src/config.ts');
  expect(() => createCanary(config, { ...process.env, CANARY_PREFIX: 'loadtest' })).toThrow(
    'CANARY_PREFIX: "loadtest" given',
  );
});

it('touches nothing of viewers', async () => {
  await service.putOriginal('ann.jpg', new Uint8Array([1]));
  await s3.client.send(new PutObjectCommand({ Bucket: service.derivatives, Key: '48x48/ann.jpg', Body: 'kept' }));
  await runWith(healthyEdge);
  expect(await keysLeft()).toEqual(['48x48/ann.jpg']);
});
