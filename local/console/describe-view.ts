import type { ErrorCode } from '../../src/core/service-error.ts';
import { isFallbackHop, isHit, isRedirect, maxRedirects, type ViewKind } from '../../src/core/view.ts';
import type { Failure, Hop } from './contract.ts';

/** The sentences of a view: what it was, and what happened at each hop. */

type PlainHop = Omit<Hop, 'description'>;

export function describeHop(hop: PlainHop): string {
  if (hop.from === 'browser') return `The browser answers with a ${hop.status} from its cache. No request is sent.`;
  if (hop.endpoint === 'website')
    return `The website endpoint answers ${hop.status} directly: viewers should not get here.`;
  return hop.endpoint === 'api' ? describeApiHop(hop) : describeEdgeHop(hop);
}

function describeEdgeHop({ status, headers, steps, ...hop }: PlainHop): string {
  const cacheControl = headers['cache-control'];
  if (isRedirect(status)) {
    if (isHit({ headers })) {
      return `CloudFront answers with a redirect that it cached ${age(headers)} ago. It does not ask S3 whether the derivative exists now.`;
    }
    const caching =
      cacheControl === undefined
        ? 'It has no Cache-Control.'
        : `Its Cache-Control is ${cacheControl}, so a browser caches it.`;
    return `Neither CloudFront nor S3 has the derivative. The website’s rule for this preset redirects to the API. ${caching}`;
  }
  if (status === 200 && isHit({ ...hop, headers })) {
    return steps.some(({ part }) => part === 'website')
      ? 'CloudFront’s copy had expired. S3 confirmed that it is still current.'
      : `CloudFront answers from its cache. The image was cached ${age(headers)} ago.`;
  }
  if (status === 200) {
    const [, seconds] = /\bs-maxage=(\d+)/.exec(cacheControl ?? '') ?? /\bmax-age=(\d+)/.exec(cacheControl ?? '') ?? [];
    const caching =
      seconds === undefined ? 'It has no max-age.' : `CloudFront caches it for ${duration(Number(seconds))}.`;
    return `CloudFront does not have the derivative, S3 does. ${caching}`;
  }
  if (status === 404) return 'S3 has no such object and no routing rule for this preset. No Lambda runs.';
  if (status === 403) return 'S3 refuses CloudFront: it may not read this object.';
  return `CloudFront answers ${status}.`;
}

function describeApiHop({ status, headers, steps, ...hop }: PlainHop): string {
  if (isFallbackHop({ ...hop, status, headers })) {
    return isHit({ headers })
      ? `CloudFront answers with the redirect to the fallback that it cached ${age(headers)} ago. No Lambda runs.`
      : 'The original does not exist, so the Lambda redirects to the fallback of the preset and stores nothing.';
  }
  if (isRedirect(status)) {
    const isStored = steps.some((step) => 'operation' in step && step.operation === 'PutObject' && step.status === 200);
    const made = isStored
      ? 'The Lambda makes the derivative, stores it and redirects to it, with the version of its original in the URL.'
      : 'The Lambda stores nothing and redirects all the same.';
    const isKept = !/no-store/.test(headers['cache-control'] ?? '');
    return `${made} ${isKept ? 'Without no-store, a browser caches this redirect.' : 'With no-store, nobody caches this redirect.'}`;
  }
  if (status === 200) return 'The derivative exists already, so the Lambda returns the image itself.';
  if (status >= 500 && !steps.some(({ part }) => part === 'lambda')) {
    return `API Gateway answers ${status} itself: the Lambda did not answer.`;
  }
  return `The Lambda answers ${status} and stores nothing.`;
}

const age = (headers: Hop['headers']) => duration(Number(headers.age ?? 0));

function duration(seconds: number): string {
  const units = [
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
  ] as const;
  const [name, size] = units.find(([, size]) => seconds >= size) ?? (['second', 1] as const);
  const count = Math.floor(seconds / size);
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}

interface ViewText {
  readonly title: string;
  readonly description: string;
}

const viewTexts: Readonly<Record<ViewKind, ViewText>> = {
  cold: {
    title: 'Cold: made for this view',
    description:
      'This derivative did not exist. The viewer was redirected to the API, where the Lambda made it. The next viewer is served by CloudFront.',
  },
  warm: { title: 'Warm: served by CloudFront', description: 'One request, one response from the edge cache.' },
  refetched: {
    title: 'Refetched: served from S3',
    description: 'The derivative exists, but this edge did not have it. No Lambda ran.',
  },
  shortcut: {
    title: 'Shortcut: the API returned the image',
    description:
      'The viewer was redirected to the API although the derivative exists. The Lambda returns the image instead of another redirect, so the loop ends here.',
  },
  fallback: {
    title: 'Fallback: the original does not exist',
    description:
      'The API redirects to the fallback of the preset. The edge keeps that redirect for a minute, a browser does not.',
  },
  refused: { title: 'Refused', description: 'The chain refuses the request and says why.' },
  fault: { title: 'Fault', description: 'A part of the chain failed. Nothing incomplete was stored.' },
  loop: {
    title: 'Loop: the browser gave up',
    description: `After ${maxRedirects} redirects a browser shows ERR_TOO_MANY_REDIRECTS and no image.`,
  },
};

export function describeView(kind: ViewKind, hops: readonly Pick<Hop, 'from'>[]): ViewText {
  if (kind !== 'loop') return viewTexts[kind];
  if (hops.length <= maxRedirects) {
    return {
      title: 'Lost: redirected out of the chain',
      description: 'The last redirect leads to a host that is not part of this chain.',
    };
  }
  const requests = hops.filter(({ from }) => from === 'network').length;
  const { title, description } = viewTexts.loop;
  return { title, description: `${description} ${requests} of the ${hops.length} hops were requests to a server.` };
}

/** What to do about each error of the service. */
const hintByCode: Readonly<Record<ErrorCode, string>> = {
  'key-missing': 'Request ?key=<preset>/<key of the original>, as the website’s redirect does.',
  'key-malformed': 'Browsers and URL parsers rewrite such a key. Store the original under another key.',
  'edge-only':
    'Request the image from the image host. If you did, the secret that CloudFront sends and the Lambda’s ORIGIN_SECRETS differ.',
  'preset-unlisted': 'Choose a listed preset, or add this one to presets in src/config.ts and run make dev again.',
  'original-missing':
    'Upload an original under this key, or correct the key. If the key in the message looks encoded, compare the switch “Key in the Location of a routing rule” with the Lambda’s LOCATION_ENCODING.',
  'method-not-allowed': 'Use GET or HEAD.',
  'original-too-large': 'Upload a smaller original, or raise the limit in limits of src/config.ts.',
  'original-too-slow': 'The file takes too long to decode. Save it again with common software.',
  'type-unsupported':
    'Save the original as JPEG, PNG, WebP, GIF or AVIF. The type is read from the bytes, not from the name.',
  'image-broken': 'The file is damaged: upload the original again.',
  'original-replaced': 'The original was replaced twice while it was read. View again.',
  'store-unavailable': 'S3 fails or throttles. If you set that fault here, reset it; otherwise try again.',
  'store-slow': 'S3 does not answer in time. If you set that fault here, reset it; otherwise try again.',
  'store-refused': 'The role may not do this: check its policy in the template, and the S3 calls of the last hop.',
  'internal-error': 'Look for the request id in the log below.',
};

/** What to do about the errors of AWS, by the endpoint that answered. */
const hintByStatus: Readonly<Partial<Record<Hop['endpoint'], Readonly<Record<number, string>>>>> = {
  edge: {
    400: 'S3 cannot read this URL: encode each segment of the key with encodeURIComponent.',
    403: 'The derivatives bucket refuses CloudFront: the secret in its Referer header and in the bucket policy differ, or the policy does not cover this key.',
    404: 'No routing rule has this preset, so S3 answers without a redirect. Choose a listed preset, or add it to presets in src/config.ts.',
    502: 'CloudFront cannot reach its origin: check the origin’s protocol and domain name in the template.',
  },
  api: {
    404: 'The API has no such route: check ReplaceKeyPrefixWith of the routing rules.',
    429: 'The API throttles: see DefaultRouteSettings of its stage.',
    431: 'The URL is too long for the API.',
    500: 'The Lambda failed before it could answer: see its log below.',
    503: 'The Lambda has no concurrency left or did not answer in time. If you set that fault here, reset it.',
  },
};

/** Returns what the response of a failed view says, and what to do about it. */
export function explainError(last: Hop, body: string): Required<Failure> {
  const { code, message = websiteMessage(last) } = readJson(body);
  const hint = hintByCode[code as ErrorCode] ?? hintByStatus[last.endpoint]?.[last.status];
  return {
    message: typeof message === 'string' ? message : `${last.status} without a message`,
    hint: hint ?? 'Look at the headers of the last hop and at the log below.',
  };
}

function websiteMessage({ headers }: Hop): string | undefined {
  const { 'x-amz-error-code': code, 'x-amz-error-message': message } = headers;
  return message && `S3: ${code ?? 'error'}: ${message}`;
}

function readJson(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    // An HTML error page.
    return {};
  }
}
