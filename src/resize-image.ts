import type { LocationEncoding, ServiceConfig } from './config.ts';
import { parseImagePath } from './core/image-path.ts';
import { requireImageType } from './core/image-type.ts';
import { readKey } from './core/location-encoding.ts';
import { checkOriginalBytes } from './core/original-limits.ts';
import type { AllowedPreset } from './core/presets.ts';
import { type Reply, replyDerivative, replyFallback, replyPreflight, replyRedirect } from './core/reply.ts';
import { contentTypes, type Derivative, planResize, type ResizePlan } from './core/resize-plan.ts';
import { ServiceError } from './core/service-error.ts';
import { returnUrl } from './core/view.ts';
import type { DerivativeFacts, DerivativeStore, OpenedOriginal, OriginalStore, Telemetry, Transform } from './ports.ts';

/** One call, independent of its transport. */
export interface ImageRequest {
  readonly method: string;
  /** What follows `key=` in the query, still encoded as S3 wrote it. */
  readonly key: string | undefined;
  /** Aborts every store call when the time of the request is up. */
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
  /** What the `Location` of a 301 begins with. Empty where the API is on the host of the images. */
  readonly imageBaseUrl: string;
  /** The tag by which CloudFront finds what was made from an original, or from its absence. */
  readonly cacheTagOf: (originalKey: string) => string;
  readonly originals: OriginalStore;
  readonly derivatives: DerivativeStore;
  readonly transform: Transform;
}

/** A request with its plan and everything that serves it. */
type Work = ImageRequest & Service & { readonly plan: ResizePlan };

/**
 * Answers one request. A viewer is redirected only to a derivative that was stored just now, or to the fallback of a
 * missing original; every other success is the image itself, so a redirect that something has cached cannot keep a viewer
 * in a loop. A refusal or a fault is thrown as a `ServiceError`, and nothing is stored then.
 */
export async function resizeImage(request: ImageRequest, service: Service): Promise<Reply> {
  if (request.method === 'OPTIONS') return replyPreflight();
  allowMethod(request.method);
  const path = parseImagePath(readKey(request.key, service.locationEncoding), service.allowed);
  request.telemetry.countPreset(path.preset.name);
  request.telemetry.note({ preset: path.preset.name, key: path.key });
  const work: Work = { ...request, ...service, plan: planResize(path, service) };
  try {
    return await serve(work);
  } catch (thrown) {
    if (!(thrown instanceof ServiceError) || thrown.code !== 'original-replaced') throw thrown;
    return serve(work);
  }
}

async function serve(request: Work): Promise<Reply> {
  const { telemetry, config } = request;
  const { original, existing } = await lookUp(request);
  // Even if a derivative exists: the owner has deleted the image.
  if (!original) return replyMissing(request);
  try {
    const plan = withFocalPoint(request.plan, original, telemetry);
    const work = { ...request, plan };
    checkOriginalBytes(original.bytes, config.limits);
    const current = existing?.originalId === original.id ? existing : undefined;
    const early = current && (await replyExisting(current, original, work));
    if (early) return early;

    const bytes = await readOriginal(original, work);
    const image = await make(bytes, plan, work);
    const fits = fitsReply(image.bytes.length, work);
    // Only after a success: a decoder that hangs still reads them.
    if (fits) original.release();
    // A current derivative that could not be read is gone, so none is replaced.
    const isStored = await store(image, original.id, current ? undefined : existing, work);
    telemetry.measure('InBytes', original.bytes);
    telemetry.measure('OutBytes', image.bytes.length);
    telemetry.count(isStored ? 'Resized' : 'RacedRequests');
    if (isStored) return replyRedirect(returnUrl(plan.location, original.id));
    return replyDerivative(fits ? image : await makeForReply(bytes, work));
  } finally {
    original.close();
  }
}

/** A focal point that cannot be read leaves the crop to the preset: the image is worth more than the refusal. */
function withFocalPoint(plan: ResizePlan, { focal }: OpenedOriginal, telemetry: Telemetry): ResizePlan {
  if (focal === 'malformed') telemetry.count('FocalPointsIgnored');
  return typeof focal === 'object' ? { ...plan, focal } : plan;
}

/** HEAD does the same work as GET: a 307 keeps the method, so a HEAD that makes nothing would loop. */
function allowMethod(method: string): void {
  if (method !== 'GET' && method !== 'HEAD') throw new ServiceError('method-not-allowed', { given: method });
}

/** Looks up the derivative while the original is being opened. A look-up that fails counts as "there is none". */
async function lookUp({ plan, signal, telemetry, originals, derivatives }: Work) {
  const lookedUp = telemetry
    .time('HeadMs', () => derivatives.describe(plan.derivativeKey, signal))
    .catch((failure: Error) => {
      telemetry.count('LookUpFailures');
      telemetry.note({ lookUpFailure: String(failure.cause ?? failure) });
      return undefined;
    });
  const original = await telemetry.time('GetMs', () => originals.open(plan.originalKey, signal));
  return { original, existing: original && (await lookedUp) };
}

/** Nothing is stored under the key of a missing original: random keys would fill the bucket. */
function replyMissing({ plan, telemetry, cacheTagOf }: Work): Reply {
  const { originalKey, fallback } = plan;
  if (fallback === undefined) throw new ServiceError('original-missing', { key: originalKey });
  telemetry.count('Fallbacks');
  return replyFallback(fallback, cacheTagOf(originalKey));
}

/**
 * The derivative of this original exists, and still a viewer was sent here, by a race of two first viewers or in a
 * loop. The image itself ends both. Returns `undefined` if the derivative has gone in the meantime.
 */
async function replyExisting(existing: DerivativeFacts, original: OpenedOriginal, work: Work) {
  const { plan, now, signal, telemetry, derivatives, config } = work;
  const fits = fitsReply(existing.bytes, work);
  // `read` opens it again if the derivative has gone.
  if (fits) original.close();
  const image = fits
    ? await derivatives.read(plan.derivativeKey, existing.etag, signal)
    : await makeForReply(await readOriginal(original, work), work);
  if (!image) return undefined;

  const ageSeconds = Math.max(0, (now - existing.modified.getTime()) / 1000);
  telemetry.count(ageSeconds < config.cache.raceGraceSeconds ? 'RacedRequests' : 'LoopSuspects');
  telemetry.measure('TargetAgeSeconds', ageSeconds);
  return replyDerivative(image);
}

/** The type is decided by the first bytes, so that a file that is refused costs one chunk and not a download. */
function readOriginal(original: OpenedOriginal, { telemetry }: Work): Promise<Uint8Array> {
  return telemetry.time('GetMs', () => original.read(requireImageType));
}

interface Image extends Derivative {
  readonly contentType: string;
}

async function make(bytes: Uint8Array, plan: ResizePlan, work: Work): Promise<Image> {
  const { signal, telemetry, transform, config } = work;
  const derivative = await telemetry.time('ResizeMs', () => transform(bytes, requireImageType(bytes), plan));
  const { reducedBy } = derivative;
  if (reducedBy) telemetry.note({ reducedBy });
  // Checked here, or the next call of the store would be blamed.
  if (signal.aborted) throw new ServiceError('original-too-slow', { limitSeconds: config.limits.decodeSeconds });
  return { ...derivative, contentType: contentTypes[derivative.format] };
}

const fitsReply = (bytes: number, { config }: Work) => bytes <= config.limits.maxReplyBytes;

/** The same image as a WebP, with fewer pixels if it must be, so that it fits into a reply of Lambda. */
async function makeForReply(bytes: Uint8Array, work: Work): Promise<Image> {
  work.telemetry.count('ReducedReplies');
  let plan: ResizePlan = { ...work.plan, format: 'webp' };
  for (;;) {
    const image = await make(bytes, plan, work);
    if (fitsReply(image.bytes.length, work)) return image;
    // Bytes are about proportional to pixels.
    const { scale = 1 } = plan;
    plan = { ...plan, scale: scale * 0.9 * Math.sqrt(work.config.limits.maxReplyBytes / image.bytes.length) };
  }
}

/**
 * Stores the derivative unless that could put an older image in place of a newer one. Every put is conditional, and
 * another derivative is replaced only if the original that was read is still the present one, so that the other is
 * older. Returns false if another request was faster.
 */
async function store(
  { bytes, contentType }: Image,
  originalId: string,
  seen: DerivativeFacts | undefined,
  { plan, signal, telemetry, originals, derivatives }: Work,
): Promise<boolean> {
  const { originalKey, derivativeKey, cacheControl } = plan;
  const derivative = { bytes, contentType, cacheControl, originalKey, originalId };
  const put = (replaces?: string) =>
    telemetry.time('PutMs', () => derivatives.put(derivativeKey, derivative, replaces, signal));
  const replaceOlder = async (other: DerivativeFacts) => {
    if (other.originalId === originalId) return false;
    const isPresent = (await orUndefined(originals.currentId(originalKey, signal))) === originalId;
    return isPresent && put(other.etag);
  };

  if (await (seen ? replaceOlder(seen) : put())) return true;
  const found = await orUndefined(derivatives.describe(derivativeKey, signal));
  return found !== undefined && replaceOlder(found);
}

/** For questions whose answer is not needed to serve the image that is there. */
const orUndefined = <T>(asked: Promise<T>): Promise<T | undefined> => asked.catch(() => undefined);
