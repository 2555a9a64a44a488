/** Which alarms go red when something goes wrong, how soon, and that all go back: the alarms as rendered, on made-up traffic. */
import { describe, expect, it } from 'vitest';
import { type AlarmName, pageAlarm } from '../../../dashboards/alarm.ts';
import { type Incident, pagesAmong, rehearse } from './rehearse.ts';
import type { Traffic } from './traffic.ts';

/** Five minutes, and three more until CloudFront's metrics are there. */
const pageMinutes = 5 + 3;
/** Two walks of three, and a minute until they are there. */
const canaryMinutes = 15 + 1;

const nobodyIsRedirected = { made: 0, raced: 0, missing: 0 };

const incidents: readonly (readonly [
  name: string,
  incident: Incident,
  expected: { readonly pages?: readonly AlarmName[]; readonly tickets?: readonly AlarmName[] },
])[] = [
  [
    'redirects that the edge has kept',
    { traffic: { loopedByKeptRedirect: 300, hits: 630 } },
    { pages: ['redirect-loop'], tickets: ['loop-suspects'] },
  ],
  ['a bare 301 in browsers whose derivatives are gone', { traffic: { lost: 200 } }, { tickets: ['lost-redirects'] }],
  [
    'keys that are written otherwise than they are asked for',
    { traffic: { missing: 25 }, walks: 'fail' },
    { pages: ['canary-failing'], tickets: ['missing-originals'] },
  ],
  ['a cache that does not keep', { traffic: { hits: 400, refetched: 550 } }, { tickets: ['hit-rate'] }],
  [
    'originals that the Lambda may not read',
    { traffic: { made: 0, failed: 30 }, walks: 'fail' },
    {
      pages: ['error-budget-burn-fast', 'error-budget-burn-slow', 'canary-failing'],
      tickets: ['error-budget-burn-creeping'],
    },
  ],
  [
    'a secret that CloudFront and the website do not share',
    { traffic: { ...nobodyIsRedirected, refetched: 0, forbidden: 62 }, walks: 'fail' },
    { pages: ['edge-forbidden', 'canary-failing'] },
  ],
  [
    'routing rules that are lost',
    { traffic: { ...nobodyIsRedirected, notFound: 35 }, walks: 'fail' },
    { pages: ['routing-rules-lost', 'canary-failing'] },
  ],
  ['a website that fails', { traffic: { edgeFaults: 40 } }, { pages: ['edge-errors'] }],
  ['an S3 that is slow', { traffic: { p95Milliseconds: 4000 } }, { tickets: ['cold-latency'] }],
  [
    'a Lambda without room',
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
  ['a burst of keys that do not exist', { traffic: { missing: 200 } }, { tickets: ['missing-originals'] }],
  ['uploads that are cut', { traffic: { broken: 20 } }, { tickets: ['broken-originals'] }],
  ['a role that may not look up derivatives', { traffic: { lookUpFailures: 30 } }, { tickets: ['look-ups-failing'] }],
  ['a burst of sizes that are not listed', { traffic: { notFound: 500 } }, { tickets: ['edge-not-found'] }],
  ['a release that stores broken derivatives', { traffic: {}, walks: 'fail' }, { pages: ['canary-failing'] }],
  ['a canary that has stopped', { traffic: {}, walks: 'none' }, { pages: ['canary-failing'] }],
  ['metrics that break the rules of EMF', { traffic: { badMetrics: 3 } }, { tickets: ['metrics-rejected'] }],
  [
    'a direct caller who calls the API for what exists',
    { traffic: { calledByHand: 400 } },
    { tickets: ['loop-suspects'] },
  ],
  ['viewers who cost more than was meant', { traffic: { hits: 93_000 } }, { tickets: ['cost-runaway'] }],
  ['five calls by a direct caller', { traffic: { calledByHand: 5 } }, { tickets: ['loop-suspects'] }],
];

describe.each(incidents)('%s', (_, incident, { pages = [], tickets = [] }) => {
  const { red, healedAfter } = rehearse(incident, 45);

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

  it('is over when it is over', () => {
    // The short window of the creeping burn is two hours.
    expect(healedAfter).toBeLessThanOrEqual(
      tickets.includes('error-budget-burn-creeping') ? 125 : tickets.includes('cost-runaway') ? 65 : 40,
    );
  });
});

it('a calm day turns nothing red', () => {
  expect([...rehearse({ traffic: {} }, 24 * 60, 1).red]).toEqual([]);
});

it.each<[string, Partial<Traffic>]>([
  ['a night without viewers', { hits: 0, refetched: 0, made: 1, raced: 0, missing: 0, notFound: 0 }],
  ['a scanner with a few requests', { hits: 0, refetched: 0, made: 1, forbidden: 8, notFound: 10 }],
  ['the rush after an upload', { made: 400, raced: 40 }],
  ['a campaign', { hits: 4650, refetched: 100, made: 150, concurrency: 30 }],
])('twenty minutes of %s turn nothing red', (_, traffic) => {
  expect([...rehearse({ traffic }, 20, 1).red]).toEqual([]);
});

it.each([0, 0.5, 1.5])('pages also where sources are %d times as late as thought', (times) => {
  for (const [name, incident, { pages = [] }] of incidents) {
    const { red } = rehearse(incident, 45, 1, times);
    expect(pagesAmong(red).sort(), name).toEqual([...pages].sort());
  }
});

it('two minutes of anything wake nobody, except what the burn rate knows to be grave', () => {
  for (const [name, incident] of incidents) {
    const { red } = rehearse(incident, 2);
    expect(
      pagesAmong(red).filter((page) => !/^error-budget-burn|redirect-loop/.test(page)),
      name,
    ).toEqual([]);
  }
});
