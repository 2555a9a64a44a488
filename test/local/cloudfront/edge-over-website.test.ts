import { describe, expect, it } from 'vitest';
import { createClock } from '../../../local/aws/clock.ts';
import { websiteHandler } from '../../../local/aws/website/website-handler.ts';
import {
  bucketName,
  bucketOf,
  everybodyGets,
  presetRule,
  readers,
  type Stored,
  secret,
  whoKnowsTheSecret,
} from '../website/a-website.ts';
import { allViewer, anEdge, originHost, type Setting } from './an-edge.ts';

const derivative: Stored = {
  body: 'small image',
  headers: {
    'content-type': 'image/jpeg',
    'cache-control': 'public, max-age=1209600',
    'x-amz-meta-original-id': 'e',
  },
};

/** The edge over the website of an empty bucket, as the template joins them. */
function theChain(setting: Setting = {}, { redirectCode = '307' } = {}) {
  const stored: Record<string, Stored> = {};
  const rule = { ...presetRule, RedirectRule: { ...presetRule.RedirectRule, HttpRedirectCode: redirectCode } };
  const website = websiteHandler({
    logicalId: 'Derivatives',
    bucketName,
    website: { IndexDocument: 'index.html', RoutingRules: [rule] },
    policy: readers({ ...everybodyGets, ...whoKnowsTheSecret }),
    objects: bucketOf(stored),
    switches: { locationEncoding: 'once', missingKey: '404', queryInLocation: false },
    clock: createClock(Date.UTC(2026, 10, 25)),
  });
  const edge = anEdge({
    connect: ({ domainName, protocol }) => (domainName === originHost && protocol === 'http' ? website : undefined),
    originConfig: { OriginCustomHeaders: [{ HeaderName: 'Referer', HeaderValue: secret }] },
    config: { CustomErrorResponses: [{ ErrorCode: 404, ErrorCachingMinTTL: 300 }] },
    ...setting,
  });
  return { ...edge, stored };
}

const day = { MinTTL: 0, DefaultTTL: 86_400, MaxTTL: 31_536_000 };

describe('the edge over the website', () => {
  it('sends a cold viewer on by a 307 that nobody keeps, and holds the derivative once it is there', async () => {
    const { ask, stored } = theChain();
    for (const _ of ['first', 'second']) {
      const cold = await ask('/200x200/a.jpg');
      expect([cold.status, cold.xCache]).toEqual([307, 'Miss']);
      expect(cold.headers).not.toHaveProperty('cache-control');
    }
    stored['200x200/a.jpg'] = derivative;
    expect([(await ask('/200x200/a.jpg')).xCache, (await ask('/200x200/a.jpg')).xCache]).toEqual(['Miss', 'Hit']);
    expect(await ask('/200x200/a.jpg')).toMatchObject({
      status: 200,
      text: 'small image',
      headers: { 'content-type': 'image/jpeg', 'cache-control': 'public, max-age=1209600', server: 'AmazonS3' },
    });
  });

  it('answers an unlisted size by one plain 404, kept for minutes', async () => {
    const { ask, records, seconds } = theChain();
    await ask('/999x999/a.jpg');
    seconds(299);
    const again = await ask('/999x999/a.jpg');
    expect([again.status, again.headers.age, again.headers.location]).toEqual([404, '299', undefined]);
    expect(records.map(({ resultType }) => resultType)).toEqual(['Error', 'Error']);
  });

  it.each([
    ['301', 'documented', true],
    ['302', 'documented', true],
    ['307', 'documented', false],
    ['307', 'legacy', true],
  ] as const)(
    'with DefaultTTL a day a bare %s (redirectCaching %s) is kept: %s',
    async (redirectCode, redirectCaching, kept) => {
      const { ask, stored } = theChain({ redirectCaching, cachePolicy: day }, { redirectCode });
      await ask('/200x200/a.jpg');
      stored['200x200/a.jpg'] = derivative;
      expect((await ask('/200x200/a.jpg')).status).toBe(kept ? Number(redirectCode) : 200);
    },
  );

  it('a wrong secret means 403 and no redirect, even for what exists', async () => {
    const { ask, stored } = theChain({
      originConfig: { OriginCustomHeaders: [{ HeaderName: 'Referer', HeaderValue: 'drifted' }] },
    });
    stored['200x200/a.jpg'] = derivative;
    expect([(await ask('/200x200/a.jpg')).status, (await ask('/200x200/b.jpg')).status]).toEqual([403, 403]);
  });

  it('a viewer cannot bring the secret himself', async () => {
    const { ask } = theChain({ originConfig: {} });
    expect((await ask('/200x200/a.jpg', { headers: { referer: secret } })).status).toBe(403);
  });

  it('a forwarded Host ends at a bucket that nobody has', async () => {
    const { ask } = theChain({ originRequestPolicyId: allViewer });
    const answer = await ask('/200x200/a.jpg');
    expect(answer.status).toBe(404);
    expect(answer.text).toContain('<li>Code: NoSuchBucket</li>');
  });

  it('tricks with the path reach S3 as they are, which knows no such key', async () => {
    const { ask } = theChain();
    for (const path of ['//200x200/a.jpg', '/x/../200x200/a.jpg', '/./200x200/a.jpg', '/%2e/200x200/a.jpg']) {
      expect((await ask(path)).status).toBe(404);
    }
  });

  it('the query of a viewer does not reach the redirect', async () => {
    const { ask } = theChain();
    expect((await ask('/200x200/a.jpg?v=2')).headers.location).toMatch(/key=200x200\/a\.jpg$/);
  });
});
