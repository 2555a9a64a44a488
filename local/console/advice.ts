import type { Advice, Hop } from './contract.ts';

/** The service's own refusals and faults, by the code in their JSON. */
export const adviceByCode: Readonly<Record<string, string>> = {
  'key-missing': 'Ask with ?key=<preset>/<key of the original>, as the website’s redirect does.',
  'key-malformed':
    'Such a key cannot travel through browsers and URL parsers unchanged. Store the original under another key.',
  'preset-unlisted': 'Choose a listed size, or add this one to presets in src/config.ts and start again (make dev).',
  'original-missing':
    'Upload an original under this key, or correct the key. If the key that is named here looks encoded, compare the switch “How S3 writes the key” with the Lambda’s LOCATION_ENCODING.',
  'method-not-allowed': 'Ask by GET or HEAD.',
  'original-too-large': 'Upload a smaller original, or raise the limit that is named in limits of src/config.ts.',
  'original-too-slow':
    'Such a file costs more time than an image should. Save the original anew with an ordinary program.',
  'type-unsupported':
    'Save the original as JPEG, PNG, WebP, GIF or AVIF. The type is told by the bytes, not by the name.',
  'image-broken': 'The file is damaged: upload the original again.',
  'store-unavailable': 'S3 fails or is throttled. If you have cut it here, undo that; else view again.',
  'store-slow': 'S3 does not answer in time. If you let it hang here, undo that; else view again.',
  'store-refused': 'The role may not do this: look at its policy in the template, and at the S3 calls of the last hop.',
  'internal-error': 'Look for the request id in the log below.',
};

/** What the parts of AWS say themselves, by the hop where it is said. */
const adviceByStatus: Readonly<Partial<Record<Hop['place'], Readonly<Record<number, string>>>>> = {
  edge: {
    400: 'S3 cannot read this address: encode the key with encodeURIComponent, segment by segment.',
    403: 'The derivatives bucket refuses the edge: the secret in its Referer header and in the bucket policy differ, or the policy does not cover this key. No redirect follows a 403, so images just fail.',
    404: 'No routing rule begins with this size, so S3 ends the request without any compute. Choose a listed size, or add it to presets in src/config.ts.',
    502: 'The edge cannot reach its origin: look at the origin’s protocol and domain name in the template.',
  },
  api: {
    404: 'The API has no such route: look at the website’s ReplaceKeyPrefixWith.',
    429: 'The API’s throttle is reached: DefaultRouteSettings of its stage.',
    431: 'The address is too long for the API.',
    500: 'The Lambda failed before it could answer: its log below says how.',
    503: 'The Lambda has no concurrency left, or did not answer in time. If you have taken it away here, undo that.',
  },
};

/** What a view that ended without an image says, and what to do about it. */
export function adviceOn(last: Hop, body: string): Advice {
  const json = readJson(body);
  const code = typeof json.code === 'string' ? json.code : '';
  const said = typeof json.message === 'string' ? json.message : websiteSays(last);
  const todo = adviceByCode[code] ?? adviceByStatus[last.place]?.[last.status];
  return {
    message: said ?? `${last.status} without a message`,
    todo: todo ?? 'Look at the headers of the last hop and at the log below.',
  };
}

function websiteSays({ headers }: Hop): string | undefined {
  const { 'x-amz-error-code': code, 'x-amz-error-message': message } = headers;
  return message === undefined ? undefined : `S3 says ${code ?? 'no'}: ${message}`;
}

function readJson(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    // An error page, most likely.
    return {};
  }
}
