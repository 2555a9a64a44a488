/** The Lambda that walks: a made-up viewer who comes every few minutes for an image that nobody has asked for. */
import { randomUUID } from 'node:crypto';
import { S3Client } from '@aws-sdk/client-s3';
import { canaryTelemetry } from './adapters/canary-telemetry.ts';
import { readEnvironment } from './adapters/environment.ts';
import { s3TestImages } from './adapters/s3-test-images.ts';
import { config, type ServiceConfig } from './config.ts';
import { jpegStructure } from './core/jpeg-structure.ts';
import { coldViewFaults, type Hop, viewKind } from './core/view.ts';
import { type Fetch, followRedirects } from './follow-redirects.ts';
import { urlOf } from './url.ts';

/** For one hop. Three of them, one more, S3 before and after: together less than the Lambda's own minute. */
const hopMilliseconds = 10_000;
/** So that logs tell its requests from those of viewers. */
const headers = { 'user-agent': 'resize-on-miss-canary' };

export const handler = createCanary(config, process.env);

/** `get` is the world's fetch; a test hands in another. */
export function createCanary(
  config: ServiceConfig,
  variables: NodeJS.ProcessEnv,
  get: Fetch = (url, init) => fetch(url, init),
): () => Promise<void> {
  const environment = readEnvironment(variables);
  const { originalsBucket, originalsRegion, derivativesBucket, imageBaseUrl } = environment;
  const { CANARY_PREFIX: prefix = '', CANARY_PRESET: preset = '' } = variables;
  if (!prefix.endsWith('/') || !preset) {
    throw new Error(
      `CANARY_PREFIX is ${JSON.stringify(prefix)} and CANARY_PRESET ${JSON.stringify(preset)}, expected a prefix with its slash and a preset`,
    );
  }
  const client = new S3Client({});
  const images = s3TestImages(
    { client: originalsRegion ? new S3Client({ region: originalsRegion }) : client, bucket: originalsBucket },
    { client, bucket: derivativesBucket },
  );
  const telemetry = canaryTelemetry(environment);

  return async () => {
    // With what is encoded differently on the way from host to host, so that a wrong reading of keys is met here, too.
    const key = `${prefix}${randomUUID()} é+1.jpg`;
    const hops: Hop[] = [];
    const faults: string[] = [];
    try {
      await images.put(key);
      const url = urlOf(imageBaseUrl, preset, key);
      const options = { headers, timeoutMilliseconds: hopMilliseconds };
      hops.push(...(await followRedirects(url, get, options)));
      faults.push(...coldViewFaults(hops, config), ...brokenImage(hops.at(-1)));
      faults.push(...comesBack(await followRedirects(url, get, options)));
    } catch (thrown) {
      faults.push(`The walk broke off: ${inFull(thrown)}`);
    }
    // Told before it is tidied up: what comes after may fail, and says nothing of viewers.
    const milliseconds = hops.reduce((sum, hop) => sum + hop.milliseconds, 0);
    telemetry.report({ key, statuses: hops.map(({ status }) => status), milliseconds, faults });
    await images.remove(key, `${preset}/${key}`).catch((cause) => telemetry.leftBehind(key, cause));
  };
}

/** A release can store what no viewer can see. Decoding would need sharp; a cut or foreign file shows without. */
function brokenImage(last: Hop | undefined): string[] {
  if (last?.status !== 200) return [];
  const bytes = Buffer.from(last.body ?? []);
  const whole = bytes.subarray(0, 2).toString('hex') === 'ffd8' && bytes.subarray(-2).toString('hex') === 'ffd9';
  if (whole && jpegStructure(bytes).scans > 0) return [];
  return [`The image is ${bytes.length} bytes that are no whole JPEG`];
}

/** Whether the second view was a hit is the cache's luck: the same viewer may meet another server of the edge. */
function comesBack(hops: readonly Hop[]): string[] {
  const kind = viewKind(hops);
  if (hops.length === 1 && (kind === 'warm' || kind === 'refetched')) return [];
  return [`The second view was ${hops.map(({ status }) => status).join(', ')}, expected one 200`];
}

/** fetch says "fetch failed" and hides why in the cause. */
function inFull(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown.cause === undefined ? thrown.message : `${thrown.message} (${inFull(thrown.cause)})`;
}
