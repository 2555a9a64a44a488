/** Which alarms turn red in an incident, how soon, and that all are OK again: the rendered alarms on synthetic traffic. */
import { describe, expect, it } from 'vitest';
import { type AlarmName, pageAlarm } from '../../../dashboards/alarm.ts';
import { type Incident, pagesAmong, rehearse } from './rehearse.ts';
import { ownHost, shipped } from './shipped.ts';
import type { Traffic } from './traffic.ts';

/** Five minutes, and three until CloudFront's metrics arrive. */
const pageMinutes = 5 + 3;
/** Two runs of three, and a minute until their metrics arrive. */
const canaryMinutes = 15 + 1;

const nobodyIsRedirected = { made: 0, raced: 0, missing: 0 };

const incidents: readonly (readonly [
  name: string,
  incident: Incident,
  expected: { readonly pages?: readonly AlarmName[]; readonly tickets?: readonly AlarmName[] },
])[] = [
  [
    'redirects cached by the edge',
    { traffic: { cachedRedirects: 300, hits: 630 } },
    { pages: ['cached-redirects', 'redirect-loop'], tickets: ['loop-suspects'] },
  ],
  [
    'browsers that cached a 301, and derivatives that have expired',
    { traffic: { lost: 200 } },
    { tickets: ['lost-redirects'] },
  ],
  [
    'keys decoded another way than they are encoded',
    { traffic: { missing: 25 }, canary: 'fail' },
    { pages: ['canary-failing'], tickets: ['missing-originals'] },
  ],
  ['an edge that caches nothing', { traffic: { hits: 400, refetched: 550 } }, { tickets: ['hit-rate'] }],
  [
    'originals that the Lambda may not read',
    { traffic: { made: 0, failed: 30 }, canary: 'fail' },
    {
      pages: ['error-budget-burn-fast', 'error-budget-burn-slow', 'canary-failing'],
      tickets: ['error-budget-burn-creeping'],
    },
  ],
  [
    'different secrets of CloudFront and the website',
    { traffic: { ...nobodyIsRedirected, refetched: 0, forbidden: 62 }, canary: 'fail' },
    { pages: ['edge-forbidden', 'canary-failing'] },
  ],
  [
    'routing rules that are lost',
    { traffic: { ...nobodyIsRedirected, notFound: 35 }, canary: 'fail' },
    { pages: ['routing-rules-lost', 'canary-failing'] },
  ],
  ['a website that fails', { traffic: { edgeFaults: 40 } }, { pages: ['edge-errors'] }],
  ['an S3 that is slow', { traffic: { p95Milliseconds: 4000 } }, { tickets: ['cold-latency'] }],
  [
    'a Lambda without concurrency',
    { traffic: { throttledByLambda: 10, concurrency: 700 } },
    {
      pages: ['lambda-throttled', 'error-budget-burn-fast', 'error-budget-burn-slow'],
      tickets: ['lambda-concurrency', 'error-budget-burn-creeping'],
    },
  ],
  ['an API that throttles', { traffic: { throttledByApi: 40 } }, { pages: ['api-throttled'] }],
  [
    'too little memory',
    { traffic: { crashed: 10, peakMegabytes: 1700 } },
    {
      pages: ['error-budget-burn-fast', 'error-budget-burn-slow'],
      tickets: ['lambda-errors', 'lambda-memory', 'error-budget-burn-creeping'],
    },
  ],
  ['many requests for missing originals', { traffic: { missing: 200 } }, { tickets: ['missing-originals'] }],
  ['uploads that are cut', { traffic: { broken: 20 } }, { tickets: ['broken-originals'] }],
  ['a role that may not look up derivatives', { traffic: { lookUpFailures: 30 } }, { tickets: ['look-ups-failing'] }],
  ['many requests for unlisted presets', { traffic: { notFound: 500 } }, { tickets: ['edge-not-found'] }],
  ['a release that stores broken derivatives', { traffic: {}, canary: 'fail' }, { pages: ['canary-failing'] }],
  ['a canary that has stopped', { traffic: {}, canary: 'none' }, { pages: ['canary-failing'] }],
  ['metrics that CloudWatch rejects', { traffic: { badMetrics: 3 } }, { tickets: ['metrics-rejected'] }],
  [
    'a direct caller who requests existing derivatives',
    { traffic: { linkedCalls: 400, directCallers: 400 } },
    { tickets: ['loop-suspects'] },
  ],
  ['traffic that costs more than the budget', { traffic: { hits: 93_000 } }, { tickets: ['cost-runaway'] }],
  ['five calls by a direct caller', { traffic: { linkedCalls: 5, directCallers: 5 } }, { tickets: ['loop-suspects'] }],
];

const modes = [shipped, ownHost];
const rows = modes.flatMap((settings) =>
  incidents.map(([name, incident, expected]) => [`${name}, ${settings.apiOn}`, incident, expected, settings] as const),
);

describe.each(rows)('%s', (_, incident, { pages = [], tickets = [] }, settings) => {
  const { red, okAfter } = rehearse(incident, 45, undefined, undefined, settings);

  it('turns exactly its own alarms red', () => {
    const expected = [...pages, ...tickets, ...(pages.length > 0 ? [pageAlarm] : [])];
    expect([...red.keys()].sort()).toEqual([...expected].sort());
    expect(pagesAmong(red).sort()).toEqual([...pages].sort());
  });

  it('pages in time', () => {
    for (const page of pages) {
      const limit = page === 'canary-failing' ? canaryMinutes : page === 'error-budget-burn-slow' ? 15 : pageMinutes;
      expect(red.get(page), page).toBeLessThanOrEqual(limit);
    }
    if (pages.length > 0) expect(red.get(pageAlarm)).toBe(Math.min(...pages.map((page) => red.get(page) ?? Infinity)));
  });

  it('leaves no alarm red after the repair', () => {
    // The short window of the creeping burn is two hours.
    expect(okAfter).toBeLessThanOrEqual(
      tickets.includes('error-budget-burn-creeping') ? 125 : tickets.includes('cost-runaway') ? 65 : 40,
    );
  });
});

it('a usual day turns no alarm red', () => {
  expect([...rehearse({ traffic: {} }, 24 * 60, 1).red]).toEqual([]);
});

const nobody = { hits: 0, refetched: 0, made: 0, raced: 0, missing: 0, notFound: 0 };
const foreign = modes.flatMap((settings) =>
  (
    [
      ['a night without viewers', nobody],
      ['a night with a scanner of other methods and unlisted sizes', { ...nobody, forbidden: 300, notFound: 30 }],
      ['a night with a crawler that comes by http, and preflights', { ...nobody, toHttps: 200, preflights: 50 }],
      ['a scanner whom the WAF blocks', { forbidden: 5000 }],
      ['direct callers whom the API refuses', settings.apiOn === 'image-host' ? { directCallers: 500 } : {}],
      ['paths that the edge function refuses', { mismatched: 5000 }],
      ['the rush after an upload', { made: 400, raced: 40 }],
      ['a campaign', { hits: 4650, refetched: 100, made: 150, concurrency: 30 }],
    ] satisfies [string, Partial<Traffic>][]
  ).map(([name, traffic]) => [`${name}, ${settings.apiOn}`, traffic, settings] as const),
);

it.each(foreign)('twenty minutes of %s turn no alarm red', (_, traffic, settings) => {
  expect([...rehearse({ traffic }, 20, 1, 1, settings).red]).toEqual([]);
});

it.each([0, 0.5, 1.5])('pages also when metrics are %d times as late as assumed', (times) => {
  for (const [name, incident, { pages = [] }] of incidents) {
    const { red } = rehearse(incident, 45, 1, times);
    expect(pagesAmong(red).sort(), name).toEqual([...pages].sort());
  }
});

it('two minutes of an incident page nobody, except for loops and high error rates', () => {
  for (const [name, incident] of incidents) {
    const { red } = rehearse(incident, 2);
    expect(
      pagesAmong(red).filter((page) => !/^error-budget-burn|redirect-loop|cached-redirects/.test(page)),
      name,
    ).toEqual([]);
  }
});
