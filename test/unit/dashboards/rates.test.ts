import { describe, expect, it } from 'vitest';
import {
  cachedRedirectRate,
  coldRate,
  edgeErrorRate,
  faultRate,
  hitRate,
  imageCount,
  loopRate,
  lostRedirectRate,
  refetchRate,
  requestRate,
  unredirectedRate,
} from '../../../dashboards/rates.ts';
import { valueOfMinute } from './evaluate-value.ts';
import { bare, ownHost, shipped } from './shipped.ts';
import { healthy, imagesOf, metricsOf, type Traffic } from './traffic.ts';

const modes = [
  ['image-host', shipped],
  ['own-host', ownHost],
] as const;
const nobodyIsRedirected = { made: 0, raced: 0, missing: 0 };

describe.each(modes)('on %s', (apiOn, settings) => {
  const minute = (changes: Partial<Traffic> = {}) => metricsOf({ ...healthy, ...changes }, apiOn);

  describe('the image hit rate', () => {
    it.each<[string, Partial<Traffic>]>([
      ['healthy traffic', {}],
      ['errors, of which CloudFront knows no hits', { notFound: 500, forbidden: 50, edgeFaults: 100 }],
      ['errors of the API', { missing: 200, broken: 10, failed: 30, throttledByApi: 40 }],
      ['redirects from http to https, and preflights', { toHttps: 900, preflights: 60 }],
      ['paths that the edge function refuses', { mismatched: 700 }],
      ['direct callers', { directCallers: 5000, linkedCalls: 5000 }],
      ['redirects from the cache of the edge', { cachedRedirects: 400, hits: 300, made: 2 }],
      ['nothing but these', { cachedRedirects: 400, hits: 0, refetched: 0, made: 5 }],
    ])('of %s', (_, changes) => {
      const traffic = { ...healthy, ...changes };
      expect(valueOfMinute(hitRate(settings), minute(changes))).toBeCloseTo(
        (100 * traffic.hits) / imagesOf(traffic),
        6,
      );
      expect(valueOfMinute(imageCount(settings), minute(changes))).toBeCloseTo(imagesOf(traffic), 6);
    });

    it('says nothing below its floor, and nothing without images', () => {
      expect(valueOfMinute(hitRate(settings, 100), minute({ hits: 50, refetched: 40, made: 9 }))).toBe(100);
      expect(valueOfMinute(hitRate(settings), minute({ hits: 0, refetched: 0, made: 0 }))).toBeUndefined();
    });
  });

  it.each<[string, Partial<Traffic>, number]>([
    ['healthy traffic', {}, 0],
    ['one redirect in ten for nothing', { looped: 4, made: 30, raced: 1, missing: 5 }, 10],
    ['a redirect that the edge has kept', { ...nobodyIsRedirected, cachedRedirects: 30 }, 100],
    ['a direct caller who calls for what exists', { directCallers: 400 }, 0],
    ['a page that links to /resize', { linkedCalls: 400 }, 0],
    ['a direct caller beside a loop', { directCallers: 10, looped: 32 }, 50],
    ['nineteen redirects', { ...nobodyIsRedirected, looped: 19 }, 0],
  ])('the redirect-loop rate of %s', (_, changes, expected) => {
    expect(valueOfMinute(loopRate(settings, 20), minute(changes))).toBeCloseTo(expected, 6);
  });

  it.each<[string, Partial<Traffic>, number]>([
    ['healthy traffic', {}, 0],
    ['the rush after an upload', { made: 400, raced: 40 }, 0],
    ['redirects that the edge has kept', { made: 8, raced: 1, missing: 1, cachedRedirects: 90 }, 90],
  ])('the rate of cached redirects of %s', (_, changes, expected) => {
    expect(valueOfMinute(cachedRedirectRate(settings, 20), minute(changes))).toBeCloseTo(expected, 6);
  });

  it('sees cached redirects by the edge alone, where the Lambda answers none of them', () => {
    const metrics = minute({ ...nobodyIsRedirected, refetched: 5, failed: 100 });
    const { 'CloudFront.Requests': requests = 0, 'CloudFront.TotalErrorRate': errors = 0 } = metrics;
    const hitsAndRedirects = healthy.hits + 100;
    const cached = {
      ...metrics,
      'CloudFront.CacheHitRate': (100 * hitsAndRedirects) / (requests * (1 - errors / 100)),
    };
    expect(valueOfMinute(cachedRedirectRate(settings, 20), cached)).toBeCloseTo(95, 6);
    expect(valueOfMinute(hitRate(settings), cached)).toBeLessThanOrEqual(100);
  });

  it.each<[string, Partial<Traffic>, number]>([
    ['healthy traffic', {}, 0],
    ['a third lost', { lost: 16 }, 100 / 3],
    ['all lost: the API counts nothing', { ...nobodyIsRedirected, lost: 40 }, 100],
    ['too few to tell', { ...nobodyIsRedirected, lost: 19 }, 0],
    ['throttled ones, which AWS may not count', { lost: 16, throttledByApi: 1 }, 0],
  ])('the lost-redirect rate of %s', (_, changes, expected) => {
    expect(valueOfMinute(lostRedirectRate(settings, 20), minute(changes))).toBeCloseTo(expected, 6);
  });

  it('takes no redirect to a fallback for lost or for a loop', () => {
    const metrics = minute({ fallbacks: 100, keptFallbacks: 900 });
    expect(valueOfMinute(lostRedirectRate(settings, 20), metrics)).toBe(0);
    expect(valueOfMinute(cachedRedirectRate(settings, 20), metrics)).toBe(0);
    expect(valueOfMinute(loopRate(settings, 20), metrics)).toBe(0);
    const lost = minute({
      fallbacks: 100,
      keptFallbacks: 900,
      lost: 1000 + healthy.made + healthy.raced + healthy.missing,
    });
    expect(valueOfMinute(lostRedirectRate(settings, 20), lost)).toBeCloseTo(50, 6);
  });

  it.each<[string, Partial<Traffic>, number]>([
    ['healthy traffic', {}, 0],
    ['replies by 5xx', { failed: 8 }, 20],
    ['runs that ended without a reply', { crashed: 8 }, 20],
    ['runs that Lambda refused', { throttledByLambda: 8 }, 20],
    ['too few calls', { made: 0, failed: 17 }, 0],
  ])('the rate of faults of %s', (_, changes, expected) => {
    expect(valueOfMinute(faultRate(20), minute(changes))).toBeCloseTo(expected, 6);
  });

  it.each<[string, Partial<Traffic>, '5xx' | '404', number]>([
    ['a website that fails', { edgeFaults: 40 }, '5xx', 40],
    ['an API that fails', { failed: 400, crashed: 10, throttledByLambda: 50 }, '5xx', 0],
    ['both', { edgeFaults: 40, failed: 400 }, '5xx', 40],
    ['sizes that are not listed', { notFound: 50 }, '404', 50],
    ['originals that do not exist', { notFound: 0, missing: 300 }, '404', 0],
  ])('the errors of the edge itself of %s', (_, changes, kind, expected) => {
    const metrics = minute(changes);
    const rate = valueOfMinute(edgeErrorRate(settings, kind), metrics) ?? Number.NaN;
    expect((rate * (metrics['CloudFront.Requests'] ?? 0)) / 100).toBeCloseTo(expected, 6);
  });

  it.each<[string, Partial<Traffic>, '403' | '404', boolean]>([
    ['rules that are lost', { ...nobodyIsRedirected, notFound: 35 }, '404', true],
    ['a wrong secret', { ...nobodyIsRedirected, forbidden: 35 }, '403', true],
    ['unlisted sizes while others are redirected', { notFound: 500 }, '404', false],
    ['a scanner while others are redirected', { forbidden: 500 }, '403', false],
    ['a quiet minute', nobodyIsRedirected, '404', false],
  ])('errors without redirects of %s', (_, changes, status, expected) => {
    const rate = unredirectedRate(settings, `CloudFront.${status}ErrorRate`, 20);
    expect((valueOfMinute(rate, minute(changes)) ?? 0) > 0).toBe(expected);
  });

  it('takes no delay of the log of redirects for lost rules', () => {
    const { EdgeRedirects, ...late } = minute({ notFound: 500 });
    expect(EdgeRedirects).toBeGreaterThan(0);
    expect(valueOfMinute(unredirectedRate(settings, 'CloudFront.404ErrorRate', 20), late)).toBe(0);
  });

  it('a rate of the Lambda leaves out direct callers whom it refuses', () => {
    const rate = valueOfMinute(requestRate('OriginalMissing', 20), minute({ missing: 31, directCallers: 1000 }));
    expect(rate).toBeCloseTo(apiOn === 'image-host' ? 50 : (100 * 31) / 1062, 6);
  });

  it('hit, cold and refetch rate are those of the traffic, and add up to 100 %', () => {
    const traffic: Traffic = {
      ...healthy,
      hits: 700,
      refetched: 90,
      made: 60,
      raced: 20,
      cachedRedirects: 40,
      missing: 30,
    };
    const images = imagesOf(traffic);
    const rates = [hitRate(settings), coldRate(settings), refetchRate(settings)];
    const values = rates.map((rate) => valueOfMinute(rate, metricsOf(traffic, apiOn)) ?? Number.NaN);
    const expected = [traffic.hits, traffic.made, traffic.refetched].map((part) => (100 * part) / images);
    for (const [index, value] of values.entries()) expect(value).toBeCloseTo(expected[index] ?? 0, 6);
  });
});

it('where the edge does not count, calls stand for redirects', () => {
  const metrics = metricsOf({ ...healthy, looped: 8 }, 'own-host');
  expect(valueOfMinute(loopRate(bare, 20), metrics)).toBeCloseTo(20, 6);
  expect(valueOfMinute(hitRate(bare), metricsOf(healthy, 'own-host'))).toBeCloseTo((100 * 930) / 980, 6);
  const bareImageHost = { ...bare, apiOn: 'image-host' } as const;
  expect(valueOfMinute(hitRate(bareImageHost), metricsOf(healthy, 'image-host'))).toBeCloseTo((100 * 930) / 980, 6);
});
