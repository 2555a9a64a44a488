import type { ServiceConfig } from '../../src/config.ts';
import { type ErrorCode, errorTable } from '../../src/core/service-error.ts';
import { maxKeyBytes } from '../../src/url.ts';

/** Originals that no preset can make an image of; the keys are below the run's own prefix. */
export const hostileOriginals = {
  drawing: 'hostile/drawing.svg',
  page: 'hostile/page.jpg',
  empty: 'hostile/empty.jpg',
  broken: 'hostile/broken.jpg',
  bomb: 'hostile/bomb.png',
} as const;

/** Names that break one URL parser or another. Every one must lead to its image, by exactly three hops. */
export const tortureNames: readonly string[] = [
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

/** One request that must come to nothing, and how. */
export interface HostileRequest {
  readonly name: string;
  readonly entryPoint: 'edge' | 'api';
  readonly method: 'GET' | 'HEAD' | 'POST' | 'DELETE';
  /** What stands behind the slash of the edge, or behind `?key=` of the API. */
  readonly path: string;
  readonly expects: {
    readonly status: number;
    /** Of the reply in JSON; absent: not the service, but S3 or CloudFront answers. */
    readonly code?: ErrorCode;
    readonly hops: 1 | 2;
  };
}

const bySize = (name: string) => `200x200/${name}`;

/**
 * Everything that must not work. At the edge an unlisted size ends in one 404 of S3 without a redirect: whoever gets
 * one has reached compute.
 */
export function hostileRequests(prefix: string, config: Pick<ServiceConfig, 'presets'>): readonly HostileRequest[] {
  const sound = `${prefix}/hostile/sound.jpg`;
  const missing = `${prefix}/hostile/missing.jpg`;
  const [listed = ''] = Object.keys(config.presets);
  const edge = (name: string, path: string, status: number): HostileRequest => ({
    name,
    entryPoint: 'edge',
    method: 'GET',
    path,
    expects: { status, hops: 1 },
  });
  const refusedByService = (name: string, path: string, code: ErrorCode): HostileRequest => ({
    name,
    entryPoint: 'edge',
    method: 'GET',
    path: path.replace(/^200x200/, listed),
    expects: { status: errorTable[code].status, code, hops: 2 },
  });
  const api = (
    name: string,
    path: string,
    code: ErrorCode,
    method: HostileRequest['method'] = 'GET',
  ): HostileRequest => ({
    name,
    entryPoint: 'api',
    method,
    path,
    expects: { status: errorTable[code].status, code, hops: 1 },
  });
  return [
    edge('a size that is not on the list', `201x201/${sound}`, 404),
    edge('a listed size in a format that is not', `${listed}.gif/${sound}`, 404),
    edge('a listed size with a zero in front', `0${listed}/${sound}`, 404),
    edge('a listed size with a capital X', `${listed.replace('x', 'X')}/${sound}`, 404),
    edge('an original without a size', sound, 404),
    edge('the first address of a scanner', '.env', 404),
    // A distribution that allows GET and HEAD answers other methods itself.
    { ...edge('POST to an image', `${listed}/${sound}`, 403), method: 'POST' },
    { ...edge('DELETE of an image', `${listed}/${sound}`, 403), method: 'DELETE' },

    refusedByService('an original that does not exist', bySize(missing), 'original-missing'),
    refusedByService('an SVG', bySize(`${prefix}/${hostileOriginals.drawing}`), 'type-unsupported'),
    refusedByService('a page named .jpg', bySize(`${prefix}/${hostileOriginals.page}`), 'type-unsupported'),
    refusedByService('an empty file', bySize(`${prefix}/${hostileOriginals.empty}`), 'type-unsupported'),
    refusedByService(
      'an image that ends in the middle',
      bySize(`${prefix}/${hostileOriginals.broken}`),
      'image-broken',
    ),
    refusedByService(
      'a header that claims 144 megapixels',
      bySize(`${prefix}/${hostileOriginals.bomb}`),
      'original-too-large',
    ),

    api('no key', '', 'key-missing'),
    api('a key without a size', sound, 'key-malformed'),
    api('a size without a key', bySize(''), 'key-malformed'),
    api('an empty segment', bySize(`/${sound}`), 'key-malformed'),
    api('a way upwards', bySize('../../secret.jpg'), 'key-malformed'),
    api('a way upwards, encoded', bySize('%2e%2e/secret.jpg'), 'key-malformed'),
    api('a control character', bySize('a%00b.jpg'), 'key-malformed'),
    api('bytes that are no UTF-8', bySize('%ff%fe.jpg'), 'key-malformed'),
    api('a key that is too long', bySize('a'.repeat(maxKeyBytes)), 'key-malformed'),
    api('a size that is not on the list, at the API', `201x201/${sound}`, 'preset-unlisted'),
    api('POST to the API', bySize(sound), 'method-not-allowed', 'POST'),
    api('DELETE at the API', bySize(sound), 'method-not-allowed', 'DELETE'),
    api('HEAD of an original that does not exist', bySize(missing), 'original-missing', 'HEAD'),
  ];
}
