/** The canary: every few minutes it uploads an image and loads it in one size and all formats, as a viewer would. */
import { randomUUID } from 'node:crypto';
import { S3Client } from '@aws-sdk/client-s3';
import { canaryTelemetry } from './adapters/canary-telemetry.ts';
import { readCanaryEnvironment } from './adapters/environment.ts';
import { s3TestImages } from './adapters/s3-test-images.ts';
import { config, type Format, type ServiceConfig } from './config.ts';
import { type AllowedPreset, allowedPresets } from './core/presets.ts';
import { outputFormat } from './core/resize-plan.ts';
import { coldViewFaults, type Hop, viewKind } from './core/view.ts';
import { wholeImageFault } from './core/whole-image.ts';
import { type Fetch, followRedirects } from './follow-redirects.ts';
import { urlOf } from './url.ts';

/** Of a view: a healthy one has two. */
const redirects = 4;
const hopMilliseconds = 10_000;
/** Kept free of the Lambda's time, for the report and for removing the test image. */
const reservedMilliseconds = 15_000;
/** Identifies its requests in logs. */
const headers = { 'user-agent': 'resize-on-miss-canary' };

export const handler = createCanary(config, process.env);

type Canary = (event: unknown, context: { getRemainingTimeInMillis(): number }) => Promise<void>;

export function createCanary(
  config: ServiceConfig,
  variables: NodeJS.ProcessEnv,
  get: Fetch = (url, init) => fetch(url, init),
): Canary {
  const environment = readCanaryEnvironment(variables);
  const { originalsBucket, originalsRegion, derivativesBucket, imageBaseUrl, prefix } = environment;
  const client = new S3Client({});
  const images = s3TestImages(
    { client: originalsRegion ? new S3Client({ region: originalsRegion }) : client, bucket: originalsBucket },
    { client, bucket: derivativesBucket },
  );
  const telemetry = canaryTelemetry(environment);

  return async (_event, context) => {
    // These characters are encoded differently by S3, API Gateway and browsers: a wrong reading of keys shows here.
    const key = `${prefix}${randomUUID()} é+1.jpg`;
    const names = namesOf(Date.now(), config);
    const views: { readonly name: string; readonly hops: Hop[] }[] = [];
    const faults: string[] = [];
    const follow = {
      headers,
      redirects,
      timeoutMilliseconds: hopMilliseconds,
      signal: AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - reservedMilliseconds)),
    };
    try {
      await images.put(key);
      for (const { name, ...asked } of names) {
        const url = urlOf(imageBaseUrl, name, key);
        const hops: Hop[] = [];
        views.push({ name, hops });
        await followRedirects(url, get, { ...follow, onHop: (hop) => hops.push(hop) });
        const again = await followRedirects(url, get, follow);
        const found = [
          ...coldViewFaults(hops, config),
          ...imageFault(hops, outputFormat(asked, 'jpeg')),
          ...secondViewFaults(again),
        ];
        faults.push(...found.map((fault) => `${name}: ${fault}`));
      }
    } catch (thrown) {
      faults.push(`The view failed: ${messageOf(thrown)}`);
    }
    // Reported first: removing the images may fail, and says nothing about viewers.
    telemetry.report({
      key,
      statuses: views.map(({ name, hops }) => `${name}: ${hops.map(({ status }) => status).join(' ')}`),
      milliseconds: Math.max(0, ...views.map(({ hops }) => hops.reduce((sum, hop) => sum + hop.milliseconds, 0))),
      faults,
    });
    await images
      .remove(
        key,
        names.map(({ name }) => `${name}/${key}`),
      )
      .catch((cause) => telemetry.leftBehind(key, cause));
  };
}

/** Each run takes the next preset, with all its formats: so a broken encoder fails in nearly every run. */
function namesOf(now: number, { presets, canary }: ServiceConfig): readonly AllowedPreset[] {
  const run = Math.floor(now / (canary.minutes * 60_000));
  const all = Object.values(presets);
  const preset = all[run % all.length];
  return [...allowedPresets(presets).values()].filter((one) => one.preset === preset);
}

function imageFault(hops: readonly Hop[], format: Format): string[] {
  const last = hops.at(-1);
  return last?.status === 200 ? wholeImageFault(last.body ?? new Uint8Array(), format) : [];
}

/** The second view may meet another server of CloudFront, so it need not be a hit. */
function secondViewFaults(hops: readonly Hop[]): string[] {
  const kind = viewKind(hops);
  if (hops.length === 1 && (kind === 'warm' || kind === 'refetched')) return [];
  return [`The second view was ${hops.map(({ status }) => status).join(', ')}, expected one 200`];
}

/** `fetch` says only "fetch failed" and has the reason in its cause. */
function messageOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown.cause === undefined ? thrown.message : `${thrown.message} (${messageOf(thrown.cause)})`;
}
