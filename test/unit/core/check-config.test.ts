import { describe, expect, it } from 'vitest';
import { throttledOf } from '../../../loadtest/lib/load.ts';
import { config, type Preset, type ServiceConfig } from '../../../src/config.ts';
import { checkConfig } from '../../../src/core/check-config.ts';

const shipped: ServiceConfig = config;
const square: Preset = { width: 200, height: 200, fit: 'cover', formats: [] };
const withPresets = (presets: Record<string, Preset>): ServiceConfig => ({ ...shipped, presets });
const withLimits = (limits: Partial<ServiceConfig['limits']>): ServiceConfig => ({
  ...shipped,
  limits: { ...shipped.limits, ...limits },
});

/** Of the function. */
const megabytes = 1024;

describe('checkConfig()', () => {
  it('finds nothing in the config that is shipped', () => expect(checkConfig(config, megabytes)).toEqual([]));

  it('ships a capacity with which ten viewers can each open a gallery of 60 new images at once', () => {
    const seconds = [600, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    expect(throttledOf(seconds, config.capacity.prod)).toBe(0);
    expect(
      throttledOf(
        seconds.map(() => 60),
        config.capacity.prod,
      ),
    ).toBe(0);
  });

  it.each<[string, ServiceConfig, string]>([
    [
      'a name that is not the size',
      withPresets({ '100x100': square }),
      'presets["100x100"]: width and height say "200x200", expected the name to match',
    ],
    [
      'a name with a word in it',
      withPresets({ big: square }),
      'presets["big"]: the name is no size, expected one like "200x200" or "800x"',
    ],
    [
      'a name that holds another and a slash',
      withPresets({ '200x200': square, '200x200/a': square }),
      'presets: "200x200" is another preset up to a slash',
    ],
    [
      'one batch of the purge at a time, which Lambda does not take',
      { ...shipped, purge: { ...shipped.purge, concurrency: 1 } },
      'purge.concurrency: 1 given, expected 2 to',
    ],
    [
      'a run of the purge that ends while it waits to invalidate',
      { ...shipped, purge: { ...shipped.purge, lambdaSeconds: 15, secondsBetweenInvalidations: 10 } },
      'purge.lambdaSeconds: 15 given, expected 30 to 900',
    ],
    [
      'a fallback that the service would refuse',
      withPresets({ '200x200': { ...square, fallback: '/person.png' } }),
      'presets["200x200"].fallback: the key "/person.png" has an empty segment',
    ],
    [
      'a fallback that is too long with a format',
      withPresets({ '200x200': { ...square, formats: ['webp'], fallback: 'a'.repeat(1012) } }),
      'presets["200x200"].fallback: the key "aaa',
    ],
    ['no preset at all', withPresets({}), 'presets: none given, expected at least one'],
    [
      'a size of nothing',
      withPresets({ '0x200': { ...square, width: 0 } }),
      'presets["0x200"].width: 0 given, expected 1 to 16383',
    ],
    [
      'memory that the function does not have',
      withLimits({ maxWorkingBytes: 900_000_000 }),
      'limits.maxWorkingBytes: 900000000 given, expected at most',
    ],
    [
      'a cover without a height',
      withPresets({ '200x': { width: 200, fit: 'cover', formats: [] } }),
      'presets["200x"].fit: "cover" needs a height',
    ],
    [
      'a position that cuts nothing',
      withPresets({ '200x200': { ...square, fit: 'inside', position: 'top' } }),
      'presets["200x200"].position: "top" cuts nothing',
    ],
    [
      'a background in words',
      withPresets({ '200x200': { ...square, background: 'white' } }),
      'presets["200x200"].background: "white" given, expected a colour like "#ffffff"',
    ],
    [
      'a format twice',
      withPresets({ '200x200': { ...square, formats: ['webp', 'webp'] } }),
      'presets["200x200"].formats: "webp" stands twice',
    ],
    [
      'a negotiated preset without the format for it',
      withPresets({ '200x200': { ...square, formats: ['webp', 'avif'], negotiate: true } }),
      'presets["200x200"].negotiate: true given, expected "auto" among its formats',
    ],
    [
      '51 names',
      withPresets(
        Object.fromEntries(
          Array.from({ length: 51 }, (_, n) => [`${n + 1}x`, { width: n + 1, fit: 'inside', formats: [] }]),
        ),
      ),
      'presets: 51 names with their formats, expected at most 50',
    ],
    [
      'a quality over 100',
      { ...shipped, codecs: { ...shipped.codecs, avif: { ...shipped.codecs.avif, quality: 101 } } },
      'codecs.avif.quality: 101 given, expected 1 to 100',
    ],
    [
      'half an effort',
      { ...shipped, codecs: { ...shipped.codecs, webp: { ...shipped.codecs.webp, effort: 2.5 } } },
      'codecs.webp.effort: 2.5 given, expected a whole number',
    ],
    [
      'an AVIF that the function cannot make in time',
      withLimits({ maxAvifCpuSeconds: 4.7 }),
      'limits.maxAvifCpuSeconds: 4.7 given, expected 0.1 to 4.63',
    ],
    ['half a second', withLimits({ decodeSeconds: 7.5 }), 'limits.decodeSeconds: 7.5 given, expected a whole number'],
    [
      'a log that CloudWatch cannot keep so long',
      { ...shipped, logs: { retentionDays: 45 } },
      'logs.retentionDays: 45 given, expected one of 1, 3, 5',
    ],
    [
      'a refusal kept for a day',
      { ...shipped, cache: { ...shipped.cache, refusalSeconds: 86_400 } },
      'cache.refusalSeconds: 86400 given, expected 0 to 3600',
    ],
    [
      'a reply that base64 makes too large',
      withLimits({ maxReplyBytes: 5_000_000 }),
      'limits.maxReplyBytes: 5000000 given',
    ],
    [
      'a request longer than the Lambda',
      withLimits({ requestMilliseconds: 18_000 }),
      'limits.requestMilliseconds: 18000 given, expected 1000 to 17000',
    ],
    [
      'a Lambda longer than the API',
      withLimits({ lambdaSeconds: 29 }),
      'limits.lambdaSeconds: 29 given, expected 1 to 28',
    ],
    ['an API longer than AWS allows', withLimits({ apiSeconds: 31 }), 'limits.apiSeconds: 31 given, expected 1 to 30'],
    [
      'a decoder that outlives the Lambda',
      withLimits({ decodeSeconds: 14, lambdaSeconds: 18 }),
      'limits.getMilliseconds + decodeSeconds + 1 s: 19000 given',
    ],
    [
      'a decode that leaves no time to store the derivative',
      withLimits({ decodeSeconds: 9 }),
      'limits.getMilliseconds + decodeSeconds + putMilliseconds: 17000 given, expected 0 to 16000',
    ],
    [
      'an attempt longer than the call',
      withLimits({ attemptMilliseconds: 4_001 }),
      'limits.attemptMilliseconds: 4001 given, expected 50 to 4000',
    ],
    [
      'a burst that Lambda cannot take',
      { ...shipped, capacity: { ...shipped.capacity, prod: { apiRate: 50, apiBurst: 200, reservedConcurrency: 100 } } },
      'capacity.prod.reservedConcurrency: 100 given, expected at least 275: a burst of 200 and 50 a second',
    ],
    [
      'half an environment of the Lambda',
      {
        ...shipped,
        capacity: { ...shipped.capacity, prod: { apiRate: 50, apiBurst: 200, reservedConcurrency: 300.5 } },
      },
      'capacity.prod.reservedConcurrency: 300.5 given, expected a whole number',
    ],
    [
      'a rate in percent',
      { ...shipped, objectives: { ...shipped.objectives, hitRate: 90 } },
      'objectives.hitRate: 90 given, expected 0 to 1',
    ],
    [
      'a browser that keeps a copy for longer than the edge',
      { ...shipped, cache: { ...shipped.cache, browserSeconds: shipped.cache.edgeSeconds + 1 } },
      'cache.browserSeconds: 1209601 given, expected 0 to 1209600',
    ],
    [
      'a preset that does so',
      withPresets({ '200x200': { ...square, browserSeconds: 1_209_601 } }),
      'presets["200x200"].browserSeconds: 1209601 given, expected 0 to 1209600',
    ],
    [
      'a lifetime before now',
      withPresets({ '200x200': { ...square, browserSeconds: -1 } }),
      'presets["200x200"].browserSeconds: -1 given',
    ],
    [
      'a number that is none',
      { ...shipped, cache: { ...shipped.cache, edgeSeconds: Number.NaN } },
      'cache.edgeSeconds: NaN given',
    ],
  ])('names the field for %s', (_, broken, fault) => {
    expect(checkConfig(broken, megabytes).filter((found) => found.startsWith(fault))).toHaveLength(1);
  });

  it('accepts fifty names and two presets of one width', () => {
    const fifty = Object.fromEntries(
      Array.from({ length: 50 }, (_, n) => [`${n + 1}x`, { width: n + 1, fit: 'inside', formats: [] } as Preset]),
    );
    expect(checkConfig(withPresets(fifty), megabytes)).toEqual([]);
    expect(
      checkConfig(
        withPresets({ '200x200': square, '200x': { width: 200, fit: 'inside', formats: ['avif'] } }),
        megabytes,
      ),
    ).toEqual([]);
  });
});
