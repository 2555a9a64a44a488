/** Requests that must fail, and how; and the judgement of their answers. */
import type { ServiceConfig } from '../../src/config.ts';
import { type ErrorCode, errorTable } from '../../src/core/service-error.ts';
import { isRedirect } from '../../src/core/view.ts';
import { maxKeyBytes } from '../../src/url.ts';
import { byCause, codeIn, type Defect, faultOf } from './defects.ts';
import type { View } from './follow-redirects.ts';
import { type ChainAddresses, isEdge, isOnImageHost, statuses, text } from './judge-view.ts';

/** Originals that the service refuses. Their keys are below the prefix of the scenario. */
export const invalidOriginals = {
  svg: 'invalid/drawing.svg',
  html: 'invalid/page.jpg',
  empty: 'invalid/empty.jpg',
  truncated: 'invalid/truncated.jpg',
  bomb: 'invalid/bomb.png',
} as const;

/** The name of a valid original, to be refused for its preset alone. */
export const validOriginal = 'invalid/valid.jpg';

/** Names that URL parsers rewrite. Each must lead to its image, by 307, 301, 200. */
export const oddNames: readonly string[] = [
  'two words.jpg',
  'plus+plus.jpg',
  'percent%20percent%.jpg',
  'and&key=200x200/other.jpg',
  'hash#hash?question=mark.jpg',
  "quote'quote(bracket)!star*.jpg",
  'ünïcödé-日本-😀.jpg',
  'semi;colon,comma@at:colon~$.jpg',
  '200x200/200x200/a.jpg',
];

export interface InvalidRequest {
  readonly name: string;
  readonly entryPoint: 'edge' | 'api';
  readonly method: 'GET' | 'HEAD' | 'POST' | 'DELETE';
  /** What follows the slash of the edge, or `?key=` of the API. */
  readonly path: string;
  readonly expects: {
    readonly status: number;
    /** In the JSON reply of the service. Absent: S3 or CloudFront answers. */
    readonly code?: ErrorCode;
    readonly hops: 1 | 2;
  };
}

export function invalidRequests(
  prefix: string,
  config: Pick<ServiceConfig, 'presets'>,
  chain: ChainAddresses,
): readonly InvalidRequest[] {
  const valid = `${prefix}/${validOriginal}`;
  const missing = `${prefix}/invalid/missing.jpg`;
  const [listed = ''] = Object.keys(config.presets);
  const [refusing] = Object.entries(config.presets).find(([, { fallback }]) => fallback === undefined) ?? [];
  const at = (name: keyof typeof invalidOriginals) => `${prefix}/${invalidOriginals[name]}`;
  type Expects = InvalidRequest['expects'];
  const get = (entryPoint: 'edge' | 'api', name: string, path: string, expects: Expects): InvalidRequest => ({
    name,
    entryPoint,
    method: 'GET',
    path,
    expects,
  });
  /** S3 or CloudFront answers, without a redirect. */
  const edge = (name: string, path: string, status = 404) => get('edge', name, path, { status, hops: 1 });
  const answer = (code: ErrorCode, hops: 1 | 2): Expects => ({ status: errorTable[code].status, code, hops });
  const refused = (name: string, key: string, code: ErrorCode) =>
    get('edge', name, `${listed}/${key}`, answer(code, 2));
  const api = (name: string, path: string, code: ErrorCode) => get('api', name, path, answer(code, 1));
  // On the image host CloudFront refuses it before it reaches the API.
  const wrongMethod = (name: string): InvalidRequest =>
    isOnImageHost(chain)
      ? get('api', name, `${listed}/${valid}`, { status: 403, hops: 1 })
      : api(name, `${listed}/${valid}`, 'method-not-allowed');
  return [
    edge('a size that is not on the list', `201x201/${valid}`),
    edge('a format that is not on the list', `${listed}.gif/${valid}`),
    edge('a size with a leading zero', `0${listed}/${valid}`),
    edge('a size with a capital X', `${listed.replace('x', 'X')}/${valid}`),
    edge('a key without a size', valid),
    edge('/.env, as scanners ask', '.env'),
    // CloudFront itself answers methods that a distribution does not allow.
    { ...edge('POST to an image', `${listed}/${valid}`, 403), method: 'POST' },
    { ...edge('DELETE of an image', `${listed}/${valid}`, 403), method: 'DELETE' },

    ...(refusing === undefined
      ? []
      : [get('edge', 'an original that does not exist', `${refusing}/${missing}`, answer('original-missing', 2))]),
    refused('an SVG', at('svg'), 'type-unsupported'),
    refused('HTML named .jpg', at('html'), 'type-unsupported'),
    refused('an empty file', at('empty'), 'type-unsupported'),
    refused('a truncated image', at('truncated'), 'image-broken'),
    refused('a header that claims 144 megapixels', at('bomb'), 'original-too-large'),

    api('no key', '', 'key-missing'),
    api('a key without a size, at the API', valid, 'key-malformed'),
    api('a size without a key', `${listed}/`, 'key-malformed'),
    api('an empty segment', `${listed}//${valid}`, 'key-malformed'),
    api('dot segments', `${listed}/../../secret.jpg`, 'key-malformed'),
    api('encoded dot segments', `${listed}/%2e%2e/secret.jpg`, 'key-malformed'),
    api('a control character', `${listed}/a%00b.jpg`, 'key-malformed'),
    api('invalid UTF-8', `${listed}/%ff%fe.jpg`, 'key-malformed'),
    api('a key that is too long', `${listed}/${'a'.repeat(maxKeyBytes)}`, 'key-malformed'),
    api('a size that is not on the list, at the API', `201x201/${valid}`, 'preset-unlisted'),
    { ...wrongMethod('POST to the API'), method: 'POST' },
    { ...wrongMethod('DELETE at the API'), method: 'DELETE' },
    ...(refusing === undefined
      ? []
      : [
          {
            ...api('HEAD of an original that does not exist', `${refusing}/${missing}`, 'original-missing'),
            method: 'HEAD' as const,
          },
        ]),
  ];
}

/** Returns how an answer differs from the one that an invalid request must get. */
export function judgeInvalid(
  view: View,
  { name, entryPoint, method, expects }: InvalidRequest,
  chain: ChainAddresses,
  { cache }: Pick<ServiceConfig, 'cache'>,
): Defect[] {
  const { answer, hops } = view;
  const sequence = statuses(view);
  if (view.end === 'no-answer') return [{ code: 'unanswered', seen: `${name}: ${answer.error ?? 'no reason given'}` }];
  if (entryPoint === 'edge' && expects.hops === 1 && hops.some(({ status }) => isRedirect(status))) {
    return [{ code: 'unlisted-redirected', seen: `${name}: ${sequence}, expected one ${expects.status}` }];
  }
  if (answer.status >= 500 || answer.status === 429) {
    const isFromEdge = isEdge(hops.at(-1)?.url ?? '', chain);
    return byCause([{ code: faultOf(answer, isFromEdge), seen: `${name}: ${sequence}: ${text(answer.body)}` }]);
  }
  return [
    ...differences({ status: expects.status, hops: expects.hops }, { status: answer.status, hops: hops.length }),
    ...(expects.code === undefined
      ? []
      : refusalDifferences(view, expects.code, method, isOnImageHost(chain) ? 0 : cache.refusalSeconds)),
  ].map((seen) => ({ code: 'wrong-answer', seen: `${name}: ${sequence}: ${seen}` }));
}

function refusalDifferences(
  { answer: { headers, body } }: View,
  code: string,
  method: InvalidRequest['method'],
  refusalSeconds: number,
): string[] {
  const expected = {
    'content-type': 'application/json',
    'cache-control': refusalSeconds > 0 ? `max-age=${refusalSeconds}` : 'no-store',
    'x-content-type-options': 'nosniff',
    ...(code === 'method-not-allowed' && { allow: 'GET, HEAD, OPTIONS' }),
  };
  return [
    ...(method === 'HEAD' ? [] : differences({ code }, { code: codeIn(body) })),
    ...differences(expected, headers),
  ];
}

function differences(expected: Record<string, unknown>, seen: Record<string, unknown>): string[] {
  return Object.entries(expected)
    .filter(([name, value]) => seen[name] !== value)
    .map(([name, value]) => `${name} ${JSON.stringify(seen[name])}, expected ${JSON.stringify(value)}`);
}
