/** An image and the healthy hops that lead to it, for tests that break one thing. */

import { checkName, type DefectCode, defectCodes } from '../../../loadtest/lib/defects.ts';
import type { HitRates } from '../../../loadtest/lib/draw.ts';
import type { ExpectedView } from '../../../loadtest/lib/expected-views.ts';
import type { Answer, View } from '../../../loadtest/lib/follow-redirects.ts';
import type { ScenarioPlan } from '../../../loadtest/lib/plan.ts';
import type { ScenarioResult } from '../../../loadtest/report/findings.ts';
import type { Summary, SummaryMetric } from '../../../loadtest/report/summary.ts';
import { makePlan } from '../../../loadtest/run/make-plan.ts';
import type { ScenarioName } from '../../../loadtest/scenario-table.ts';
import { thresholdsFor } from '../../../loadtest/thresholds.ts';
import { config } from '../../../src/config.ts';
import { cacheControlOf } from '../../../src/core/resize-plan.ts';

import type { Target } from '../../../src/target.ts';

/** The target of a local chain. */
export const localTarget: Target = {
  target: 'local',
  stage: 'staging',
  region: 'us-east-1',
  imageUrl: 'http://127.0.0.1:8080',
  apiUrl: 'http://127.0.0.1:8081/resize',
  websiteUrl: 'http://127.0.0.1:8082',
  buckets: { originals: 'a', derivatives: 'b' },
  function: { name: 'f', alias: 'live' },
  distributionId: 'D',
  s3: { endpoint: 'http://127.0.0.1:8083', profile: 'resize-on-miss-local', credentialsFile: '/nowhere' },
};

export const chain = { imageUrl: 'https://img.example.com', apiUrl: 'https://api.example.com/resize' } as const;

export const expectedView: ExpectedView = {
  url: 'https://img.example.com/200x200/a%20b.jpg',
  preset: '200x200',
  path: '200x200/a%20b.jpg',
  image: { type: 'gif', width: 3, height: 2 },
  cacheControl: cacheControlOf(config.cache),
};

/** The smallest whole image: a GIF of 3 x 2 pixels without a single one drawn. */
export const gif = new Uint8Array([...new TextEncoder().encode('GIF89a'), 3, 0, 2, 0, 0, 0, 0, 0x3b]);

export type Headers = Record<string, string>;
export interface Reply {
  readonly url: string;
  readonly status: number;
  readonly headers?: Headers;
  readonly body?: Uint8Array;
}

const imageHeaders = {
  'content-type': 'image/gif',
  'cache-control': expectedView.cacheControl,
  'x-content-type-options': 'nosniff',
};
/** What the 301 leads to. */
export const versionedUrl = `${expectedView.url}?v=0123abcd`;
const missed = { 'x-cache': 'Miss from cloudfront' };

export const toApi: Reply = {
  url: expectedView.url,
  status: 307,
  headers: { ...missed, location: `${chain.apiUrl}?key=${expectedView.path}` },
};
export const back: Reply = {
  url: `${chain.apiUrl}?key=${expectedView.path}`,
  status: 301,
  headers: { location: versionedUrl, 'cache-control': 'no-store' },
};
export const image: Reply = { url: versionedUrl, status: 200, headers: { ...imageHeaders, ...missed }, body: gif };
export const hit: Reply = {
  ...image,
  url: expectedView.url,
  headers: { ...imageHeaders, 'x-cache': 'Hit from cloudfront', age: '9' },
};
export const fromApi: Reply = {
  url: back.url,
  status: 200,
  headers: { ...imageHeaders, 'cache-control': 'no-store' },
  body: gif,
};

/** The same reply with other headers; `undefined` takes one away. */
export function withHeaders(reply: Reply, changes: Record<string, string | undefined>): Reply {
  const kept = Object.entries({ ...reply.headers, ...changes }).filter(([, value]) => value !== undefined);
  return { ...reply, headers: Object.fromEntries(kept) as Headers };
}

export function json(code: string): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ code, message: 'because', requestId: '1' }));
}

/** A view of these hops, one millisecond each. */
export function viewOf(replies: readonly Reply[], end: View['end'] = 'answered', asked = expectedView.url): View {
  const answers = replies.map(
    ({ status, headers = {}, body = new Uint8Array() }): Answer => ({ status, headers, body, milliseconds: 1 }),
  );
  const answer = answers.at(-1);
  if (!answer) throw new Error('A view has at least one hop');
  const hops = replies.map(({ url, status, headers = {} }) => ({ url, status, headers, milliseconds: 1 }));
  return { asked, hops, answer, end };
}

const corpusImage = { type: 'jpeg', width: 9, height: 9, bytes: new Uint8Array(9), extension: '.jpg' } as const;

export function planFileOf(scenario: ScenarioName) {
  return makePlan({
    runId: '20260101-000000-abcd',
    scenario,
    workload: 'smoke',
    seed: 1,
    imageUrl: 'http://127.0.0.1:8080',
    apiUrl: 'http://127.0.0.1:8081/resize',
    isLoopback: true,
    capacity: config.capacity.staging,
    corpus: [corpusImage, { ...corpusImage, width: 8 }],
  }).plan;
}

/** The same for every format. */
export const hitsOf = (rate: number): HitRates => ({ all: rate, avif: rate, webp: rate, any: rate });

export function planOf(scenario: ScenarioName, more: Partial<ScenarioPlan> = {}): ScenarioPlan {
  return { ...planFileOf(scenario), ...more };
}

export interface Seen {
  readonly metrics?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Metrics whose thresholds are crossed. */
  readonly crossed?: readonly string[];
  /** Views with each defect. */
  readonly defects?: Partial<Record<DefectCode, number>>;
  /** Checked views. */
  readonly views?: number;
}

/** The result of a healthy scenario, with other values where a test wants them. */
export function resultOf(
  plan: ScenarioPlan,
  { metrics = {}, crossed = [], defects = {}, views = 10 }: Seen = {},
): ScenarioResult {
  const thresholds = thresholdsFor(plan, config);
  const all: Record<string, SummaryMetric> = {};
  for (const { metric, expression } of thresholds) {
    const before = all[metric]?.thresholds ?? {};
    const judged = { ...before, [expression]: crossed.includes(metric) };
    all[metric] = { ...metrics[metric], thresholds: judged } as unknown as SummaryMetric;
  }
  const checks = defectCodes.map((code) => {
    const fails = defects[code] ?? 0;
    return [checkName(code), { fails, passes: views - fails }] as const;
  });
  const summary = {
    metrics: { iterations: { count: views }, ...metrics, ...all },
    root_group: { checks: Object.fromEntries(checks) },
  } as Summary;
  const exitCode = crossed.length > 0 ? 99 : 0;
  return { plan, thresholds, run: { exitCode, seconds: 9, summary, messages: [], log: ['the last line'] } };
}
