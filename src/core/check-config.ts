import type { Preset, ServiceConfig } from '../config.ts';
import { keyFault, lengthFault } from '../url.ts';
import { allowedPresets, looksLikePreset, maxRoutingRules } from './presets.ts';
import { restingBytes } from './working-memory.ts';

/** The least of the sides that the encoders write, in pixels: WebP's. */
const maxSide = 16_383;

/** CloudWatch Logs knows these and no others (API reference, PutRetentionPolicy). */
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/**
 * Checks what types cannot express. Each fault names the field, what was given and what was expected. An empty list means
 * that the config can be deployed. Run by synth and by a test.
 */
export function checkConfig(config: ServiceConfig, memoryMegabytes: number): string[] {
  const names = [...allowedPresets(config.presets).keys()];
  return [
    ...Object.entries(config.presets).flatMap(([name, preset]) => presetFaults(name, preset, config.cache)),
    ...(names.length === 0 ? ['presets: none given, expected at least one'] : []),
    ...(names.length > maxRoutingRules
      ? [
          `presets: ${names.length} names with their formats, expected at most ${maxRoutingRules}: S3 takes one routing rule for each`,
        ]
      : []),
    ...names
      .filter((name) => names.some((other) => other !== name && other.startsWith(`${name}/`)))
      .map((name) => `presets: "${name}" is another preset up to a slash, expected names that no rule can confuse`),
    ...codecFaults(config.codecs),
    ...cacheFaults(config.cache),
    ...limitFaults(config.limits),
    ...memoryFaults(config.limits, memoryMegabytes),
    ...avifFaults(config.limits, memoryMegabytes),
    ...Object.keys(config.capacity).flatMap((stage) =>
      capacityFaults(config, stage as keyof ServiceConfig['capacity']),
    ),
    ...(retentions.includes(config.logs.retentionDays)
      ? []
      : [`logs.retentionDays: ${config.logs.retentionDays} given, expected one of ${retentions.join(', ')}`]),
    ...purgeFaults(config.purge),
    ...whole('canary.minutes', config.canary.minutes, 1, 60),
    ...objectiveFaults(config.objectives),
  ];
}

function presetFaults(name: string, preset: Preset, { edgeSeconds }: ServiceConfig['cache']): string[] {
  const at = `presets["${name}"]`;
  const size = `${preset.width}x${preset.height ?? ''}`;
  return [
    ...(looksLikePreset(name) ? [] : [`${at}: the name is no size, expected one like "200x200" or "800x"`]),
    ...(name === size ? [] : [`${at}: width and height say "${size}", expected the name to match`]),
    ...whole(`${at}.width`, preset.width, 1, maxSide),
    ...(preset.height === undefined ? [] : whole(`${at}.height`, preset.height, 1, maxSide)),
    ...(preset.height === undefined && preset.fit === 'cover'
      ? [`${at}.fit: "cover" needs a height, expected "inside"`]
      : []),
    ...(preset.position !== undefined && preset.fit !== 'cover'
      ? [`${at}.position: "${preset.position}" cuts nothing where fit is "inside", expected fit "cover"`]
      : []),
    ...(preset.background === undefined || /^#[0-9a-f]{6}$/i.test(preset.background)
      ? []
      : [`${at}.background: "${preset.background}" given, expected a colour like "#ffffff"`]),
    ...fallbackFaults(`${at}.fallback`, name, preset),
    ...(preset.negotiate && !preset.formats.includes('auto')
      ? [`${at}.negotiate: true given, expected "auto" among its formats`]
      : []),
    ...(preset.browserSeconds === undefined
      ? []
      : whole(`${at}.browserSeconds`, preset.browserSeconds, 0, edgeSeconds)),
    ...repeated(preset.formats).map((format) => `${at}.formats: "${format}" stands twice, expected each once`),
  ];
}

/** A key that is refused would be a redirect to a 400. */
function fallbackFaults(at: string, name: string, { fallback, formats }: Preset): string[] {
  if (fallback === undefined) return [];
  const longest = Math.max(0, ...formats.map((format) => format.length + 1));
  const fault = keyFault(fallback) ?? lengthFault(`${name}${'.'.repeat(longest)}/${fallback}`);
  return fault ? [`${at}: the key "${fallback}" ${fault}, expected one like "_fallback/person.png"`] : [];
}

function codecFaults({ jpg, png, webp, avif }: ServiceConfig['codecs']): string[] {
  return [
    ...whole('codecs.jpg.quality', jpg.quality, 1, 100),
    ...whole('codecs.jpg.optimiseUpToPixels', jpg.optimiseUpToPixels, 0, Number.MAX_SAFE_INTEGER),
    ...whole('codecs.png.compressionLevel', png.compressionLevel, 0, 9),
    ...within('codecs.png.adaptiveFromBytesPerPixel', png.adaptiveFromBytesPerPixel, 0, 8),
    ...whole('codecs.webp.quality', webp.quality, 1, 100),
    ...whole('codecs.webp.alphaQuality', webp.alphaQuality, 0, 100),
    ...whole('codecs.webp.effort', webp.effort, 0, 6),
    ...whole('codecs.avif.quality', avif.quality, 1, 100),
    ...whole('codecs.avif.effort', avif.effort, 0, 9),
  ];
}

function cacheFaults(cache: ServiceConfig['cache']): string[] {
  const year = 365 * 24 * 60 * 60;
  return [
    // A browser that keeps a copy longer than the edge would show what the edge has replaced.
    ...whole('cache.browserSeconds', cache.browserSeconds, 0, cache.edgeSeconds),
    ...whole('cache.edgeSeconds', cache.edgeSeconds, 1, year),
    ...whole('cache.derivativeLifetimeDays', cache.derivativeLifetimeDays, 1, 3650),
    ...whole('cache.refusalSeconds', cache.refusalSeconds, 0, 3600),
    ...whole('cache.notFoundSeconds', cache.notFoundSeconds, 0, 3600),
    ...whole('cache.raceGraceSeconds', cache.raceGraceSeconds, 1, 3600),
  ];
}

function limitFaults(limits: ServiceConfig['limits']): string[] {
  const decodeMs = (limits.decodeSeconds + 1) * 1000;
  return [
    ...whole('limits.maxOriginalBytes', limits.maxOriginalBytes, 1, 100_000_000),
    ...whole('limits.maxOriginalSide', limits.maxOriginalSide, 1, 65_535),
    ...whole('limits.maxOriginalPixels', limits.maxOriginalPixels, 1, 268_402_689),
    ...whole('limits.maxWorkingBytes', limits.maxWorkingBytes, limits.maxOriginalBytes, 10_000_000_000),
    ...whole('limits.maxDerivativePixels', limits.maxDerivativePixels, 1, 268_402_689),
    ...whole('limits.maxJpegScans', limits.maxJpegScans, 1, 1000),
    ...whole('limits.maxFrames', limits.maxFrames, 1, 1000),
    // 6 MB of JSON, in which base64 makes four bytes of three (Lambda quotas).
    ...whole('limits.maxReplyBytes', limits.maxReplyBytes, 1, 4_600_000),
    ...whole('limits.decodeSeconds', limits.decodeSeconds, 1, 20),
    ...(['headMilliseconds', 'getMilliseconds', 'putMilliseconds'] as const).flatMap((name) =>
      whole(`limits.${name}`, limits[name], 100, limits.requestMilliseconds),
    ),
    ...(['connectMilliseconds', 'attemptMilliseconds'] as const).flatMap((name) =>
      whole(`limits.${name}`, limits[name], 50, Math.min(limits.getMilliseconds, limits.putMilliseconds)),
    ),
    // Otherwise the derivative of a slow original is made, and no time is left to store it.
    ...within(
      'limits.getMilliseconds + decodeSeconds + putMilliseconds',
      limits.getMilliseconds + limits.decodeSeconds * 1000 + limits.putMilliseconds,
      0,
      limits.requestMilliseconds,
    ),
    ...whole('limits.requestMilliseconds', limits.requestMilliseconds, 1000, limits.lambdaSeconds * 1000 - 1000),
    // A decoder that hangs is ended by us, with a log line, before Lambda ends it without one.
    ...within(
      'limits.getMilliseconds + decodeSeconds + 1 s',
      limits.getMilliseconds + decodeMs,
      0,
      limits.lambdaSeconds * 1000,
    ),
    ...whole('limits.lambdaSeconds', limits.lambdaSeconds, 1, limits.apiSeconds - 1),
    // HTTP API: 30 seconds, not to be raised (API Gateway quotas).
    ...whole('limits.apiSeconds', limits.apiSeconds, 1, 30),
  ];
}

/**
 * Without this, an original within every limit could end the function: the process at rest, Lambda's own runtime and the
 * largest resize have to fit together. Lambda's megabyte has 2^20 bytes.
 */
function memoryFaults({ maxWorkingBytes }: ServiceConfig['limits'], memoryMegabytes: number): string[] {
  const room = memoryMegabytes * 2 ** 20 - restingBytes;
  return maxWorkingBytes <= room
    ? []
    : [
        `limits.maxWorkingBytes: ${maxWorkingBytes} given, expected at most ${room}: the function has ${memoryMegabytes} MB, ` +
          `of which ${restingBytes} bytes are taken at rest`,
      ];
}

/** Lambda gives one vCPU at 1,769 MB, and in proportion (Lambda developer guide, "Configure memory"). */
function avifFaults({ maxAvifCpuSeconds, decodeSeconds }: ServiceConfig['limits'], memoryMegabytes: number): string[] {
  const most = decodeSeconds * Math.min(1, memoryMegabytes / 1769);
  return within('limits.maxAvifCpuSeconds', maxAvifCpuSeconds, 0.1, most);
}

/** Lambda does not queue: every call that the API lets through at once needs an environment of its own. */
function capacityFaults({ capacity, objectives }: ServiceConfig, stage: keyof ServiceConfig['capacity']): string[] {
  const { apiRate, apiBurst, reservedConcurrency } = capacity[stage];
  const inFlight = Math.ceil(apiBurst + (apiRate * objectives.cold.p95Milliseconds) / 1000);
  return [
    ...within(`capacity.${stage}.apiRate`, apiRate, 1, 10_000),
    ...whole(`capacity.${stage}.apiBurst`, apiBurst, 1, 5_000),
    ...whole(`capacity.${stage}.reservedConcurrency`, reservedConcurrency, 1, 100_000),
    ...(inFlight <= reservedConcurrency
      ? []
      : [
          `capacity.${stage}.reservedConcurrency: ${reservedConcurrency} given, expected at least ${inFlight}: a burst of ` +
            `${apiBurst} and ${apiRate} a second for the ${objectives.cold.p95Milliseconds} ms of a cold resize`,
        ]),
  ];
}

function purgeFaults(purge: ServiceConfig['purge']): string[] {
  return [
    ...within('purge.dollarsPerDay', purge.dollarsPerDay, 0, 100_000),
    // Lambda (CreateEventSourceMapping): a window of up to 300 s, 10,000 messages, and two batches at once at least.
    ...whole('purge.batchSeconds', purge.batchSeconds, 1, 300),
    ...whole('purge.batchSize', purge.batchSize, 1, 10_000),
    ...whole('purge.concurrency', purge.concurrency, 2, 1_000),
    ...whole('purge.secondsBetweenInvalidations', purge.secondsBetweenInvalidations, 0, 60),
    // The wait for one's turn to invalidate is a part of the run.
    ...whole(
      'purge.lambdaSeconds',
      purge.lambdaSeconds,
      10 + purge.concurrency * purge.secondsBetweenInvalidations,
      900,
    ),
    ...whole('purge.receives', purge.receives, 1, 1_000),
  ];
}

function objectiveFaults(objectives: ServiceConfig['objectives']): string[] {
  return [
    ...within('objectives.cold.p95Milliseconds', objectives.cold.p95Milliseconds, 1, 30_000),
    ...within('objectives.warmP95Milliseconds', objectives.warmP95Milliseconds, 1, 30_000),
    ...within('objectives.purgeSeconds', objectives.purgeSeconds, 1, 3_600),
    ...(['faultRate', 'loopRate', 'hitRate'] as const).flatMap((name) =>
      within(`objectives.${name}`, objectives[name], 0, 1),
    ),
  ];
}

function within(field: string, given: number, least: number, most: number): string[] {
  return given >= least && given <= most ? [] : [`${field}: ${given} given, expected ${least} to ${most}`];
}

/** Of these sharp and timers take no fraction, which each viewer would meet, nor does CloudFormation, in mid-deploy. */
function whole(field: string, given: number, least: number, most: number): string[] {
  const fault = within(field, given, least, most);
  return fault.length > 0 || Number.isInteger(given) ? fault : [`${field}: ${given} given, expected a whole number`];
}

function repeated(names: readonly string[]): string[] {
  return names.filter((name, at) => names.indexOf(name) !== at);
}
