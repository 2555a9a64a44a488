import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  coldRate,
  faultRate,
  hitRate,
  loopRate,
  lostRedirectRate,
  refetchRate,
  unredirectedRate,
} from '../../../dashboards/rates.ts';
import { valueOfMinute } from './evaluate-value.ts';
import { bare, shipped } from './shipped.ts';
import { healthy, imagesOf, metricsOf, type Traffic } from './traffic.ts';

const minute = (changes: Partial<Traffic> = {}) => metricsOf({ ...healthy, ...changes });

describe('the image hit rate', () => {
  it('is 55.6 % where half of 1,000 requests were hits and 100 were redirects, though CloudFront says 50 %', () => {
    const metrics = {
      'CloudFront.Requests': 1000,
      'CloudFront.TotalErrorRate': 0,
      'CloudFront.CacheHitRate': 50,
      EdgeRedirects: 100,
    };
    expect(valueOfMinute(hitRate(shipped), metrics)).toBeCloseTo(500 / 9, 9);
  });

  it('leaves errors out, of which CloudFront knows no hits', () => {
    expect(valueOfMinute(hitRate(shipped), minute({ notFound: 500, edgeFaults: 100 }))).toBeCloseTo(
      (100 * healthy.hits) / imagesOf(healthy),
      6,
    );
  });

  it('says nothing below its floor, and nothing without images', () => {
    expect(valueOfMinute(hitRate(shipped, 100), minute({ hits: 50, refetched: 40, made: 9 }))).toBe(100);
    expect(valueOfMinute(hitRate(shipped), minute({ hits: 0, refetched: 0, made: 0 }))).toBeUndefined();
  });
});

describe('the redirect-loop rate', () => {
  it.each<[string, Partial<Traffic>, number]>([
    ['healthy traffic', {}, 0],
    ['one redirect in ten for nothing', { looped: 4, made: 30, raced: 1, missing: 5 }, 10],
    ['a redirect that the edge has kept', { loopedByKeptRedirect: 30, made: 0, raced: 0, missing: 0 }, 100],
    ['a direct caller who calls for what exists', { calledByHand: 400 }, 0],
    ['a direct caller beside a loop: no more than what is sure', { calledByHand: 10, looped: 32 }, 50],
    ['nineteen redirects', { looped: 19, made: 0, raced: 0, missing: 0 }, 0],
  ])('of %s', (_, changes, expected) => {
    expect(valueOfMinute(loopRate(shipped, 20), minute(changes))).toBeCloseTo(expected, 6);
  });

  it('is told by calls alone where the edge does not count', () => {
    expect(valueOfMinute(loopRate(bare, 20), minute({ looped: 8 }))).toBeCloseTo(20, 6);
  });
});

describe('the lost-redirect rate', () => {
  it.each<[string, Partial<Traffic>, number]>([
    ['healthy traffic', {}, 0],
    ['a third lost', { lost: 16 }, 100 / 3],
    ['all lost: the API counts nothing', { made: 0, raced: 0, missing: 0, lost: 40 }, 100],
    ['too few to tell', { made: 0, raced: 0, missing: 0, lost: 19 }, 0],
    ['throttled ones, which AWS may not count', { lost: 16, throttledByApi: 1 }, 0],
  ])('of %s', (_, changes, expected) => {
    expect(valueOfMinute(lostRedirectRate(20), minute(changes))).toBeCloseTo(expected, 6);
  });
});

describe('the rate of faults', () => {
  it.each<[string, Partial<Traffic>, number]>([
    ['healthy traffic', {}, 0],
    ['replies by 5xx', { failed: 8 }, 20],
    ['runs that ended without a reply', { crashed: 8 }, 20],
    ['runs that Lambda refused', { throttledByLambda: 8 }, 20],
    ['too few calls', { made: 0, failed: 17 }, 0],
  ])('of %s', (_, changes, expected) => {
    expect(valueOfMinute(faultRate(20), minute(changes))).toBeCloseTo(expected, 6);
  });
});

describe('404 without redirects', () => {
  it.each<[string, Partial<Traffic>, boolean]>([
    ['rules that are lost', { made: 0, raced: 0, missing: 0, notFound: 35 }, true],
    ['unlisted sizes while others are redirected', { notFound: 500 }, false],
    ['a quiet minute', { made: 0, raced: 0, missing: 0 }, false],
  ])('of %s', (_, changes, expected) => {
    expect((valueOfMinute(unredirectedRate(shipped, 20), minute(changes)) ?? 0) > 0).toBe(expected);
  });
});

it('hit, cold and refetch rate add up to all images, whatever the traffic', () => {
  const count = fc.integer({ min: 0, max: 5000 });
  const traffic = fc.record({
    hits: count,
    refetched: count,
    made: count,
    missing: count,
    notFound: count,
    failed: count,
  });
  fc.assert(
    fc.property(traffic, (changes) => {
      const metrics = minute(changes);
      const images = imagesOf({ ...healthy, ...changes });
      fc.pre(images > 0);
      const [hit = 0, cold = 0, refetched = 0] = [hitRate(shipped), coldRate(shipped), refetchRate(shipped)].map(
        (rate) => valueOfMinute(rate, metrics),
      );
      expect(hit).toBeCloseTo((100 * changes.hits) / images, 5);
      expect(cold).toBeCloseTo((100 * changes.made) / images, 5);
      expect(hit + cold + refetched).toBeCloseTo(100, 5);
    }),
  );
});
