import type { LocationEncoding, ServiceConfig } from './config.ts';
import { parseImagePath } from './core/image-path.ts';
import { requireImageType } from './core/image-type.ts';
import { readKey } from './core/location-encoding.ts';
import { checkOriginalBytes } from './core/original-limits.ts';
import type { AllowedPreset } from './core/presets.ts';
import { type Reply, replyDerivative, replyRedirect } from './core/reply.ts';
import { contentTypes, planResize, type ResizePlan } from './core/resize-plan.ts';
import { ServiceError } from './core/service-error.ts';
import type { DerivativeFacts, DerivativeStore, OriginalStore, Telemetry, Transform } from './ports.ts';

/** One call, freed from its transport. */
export interface ImageRequest {
  readonly method: string;
  /** What stood behind `key=` in the query, still encoded as S3 wrote it. */
  readonly key: string | undefined;
  /** Ends every call of the store when the time is up. */
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly telemetry: Telemetry;
}

/** What stays the same from call to call. */
export interface Service {
  readonly config: ServiceConfig;
  readonly allowed: ReadonlyMap<string, AllowedPreset>;
  readonly locationEncoding: LocationEncoding;
  /** Where viewers get images: CloudFront. */
  readonly imageBaseUrl: string;
  readonly originals: OriginalStore;
  readonly derivatives: DerivativeStore;
  readonly transform: Transform;
}

/**
 * The way of a request, top to bottom. A viewer is redirected to what was made this very moment and to nothing else;
 * a refusal or a fault is thrown, and nothing is stored then.
 */
export async function resizeImage(request: ImageRequest, service: Service): Promise<Reply> {
  const { config, derivatives, transform } = service;
  const { signal, telemetry } = request;
  allowMethod(request.method);
  const path = parseImagePath(readKey(request.key, service.locationEncoding), service.allowed);
  const plan = planResize(path, service);
  telemetry.countPreset(path.preset.name);
  telemetry.note({ preset: path.preset.name, key: path.key });

  const { original, existing } = await look(plan, request, service);
  try {
    checkOriginalBytes(original.bytes, config.limits);
    if (existing?.originalEtag === original.etag) {
      // Not needed, as a rule; reading it after all opens it again.
      original.close();
      const early = await replyExisting(plan, existing, request, service);
      if (early) return early;
    }

    // The type is decided by the first bytes, so that a file which is refused costs one chunk and not a download.
    const bytes = await telemetry.time('GetMs', () => original.read(requireImageType));
    const derivative = await telemetry.time('ResizeMs', () => transform(bytes, requireImageType(bytes), plan));
    const stored = {
      bytes: derivative.bytes,
      contentType: contentTypes[derivative.format],
      cacheControl: plan.cacheControl,
      originalEtag: original.etag,
    };
    await telemetry.time('PutMs', () => derivatives.put(plan.derivativeKey, stored, signal));

    telemetry.count('Resized');
    telemetry.measure('InBytes', bytes.length);
    telemetry.measure('OutBytes', derivative.bytes.length);
    return replyRedirect(plan.location);
  } finally {
    original.close();
  }
}

/** HEAD does the same work as GET: a 307 keeps the method, and a HEAD that makes nothing would go round. */
function allowMethod(method: string): void {
  if (method !== 'GET' && method !== 'HEAD') throw new ServiceError('method-not-allowed', { given: method });
}

/** Asks for the derivative beside opening the original, so that the question costs no time. */
async function look(plan: ResizePlan, { signal, telemetry }: ImageRequest, { originals, derivatives }: Service) {
  const [opened, described] = await Promise.allSettled([
    telemetry.time('GetMs', () => originals.open(plan.originalKey, signal)),
    telemetry.time('HeadMs', () => derivatives.describe(plan.derivativeKey, signal)),
  ]);
  if (opened.status === 'rejected') throw opened.reason;
  const original = opened.value;
  // Whatever else exists: what its owner has deleted is not shown again.
  if (!original) throw new ServiceError('original-missing', { key: plan.originalKey });
  if (described.status === 'rejected') {
    original.close();
    throw described.reason;
  }
  return { original, existing: described.value };
}

/**
 * The derivative of this very original is there, and still somebody was sent here: two first viewers, or a loop. The
 * image itself ends both, whatever has been cached on the way. Too large for a reply, only the redirect is left.
 */
async function replyExisting(
  plan: ResizePlan,
  existing: DerivativeFacts,
  { now, signal, telemetry }: ImageRequest,
  { config, derivatives }: Service,
): Promise<Reply | undefined> {
  const fits = existing.bytes <= config.limits.maxReplyBytes;
  const stored = fits ? await derivatives.read(plan.derivativeKey, existing.etag, signal) : undefined;
  if (fits && !stored) return undefined;

  const ageSeconds = Math.max(0, (now - existing.modified.getTime()) / 1000);
  telemetry.count(ageSeconds < config.cache.raceGraceSeconds ? 'RacedRequests' : 'LoopSuspects');
  telemetry.measure('TargetAgeSeconds', ageSeconds);
  return stored ? replyDerivative(stored) : replyRedirect(plan.location);
}
