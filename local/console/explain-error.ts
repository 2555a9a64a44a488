import type { ErrorCode } from '../../src/core/service-error.ts';
import type { Failure, Hop } from './contract.ts';

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
