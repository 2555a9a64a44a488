/**
 * The table of answers as examples, each with its entry point: the same ones run on the handler in process, on the local
 * chain and on a deployed target, with the API on the image host and on its own.
 */
import { type ApiOn, config, type Preset } from '../../src/config.ts';

export type EntryPoint = 'edge' | 'api';

/** Originals that an example may need. The transport uploads them under a prefix of its own. */
export type Original = 'image' | 'text' | 'broken' | 'bomb' | 'none';

/** A fault of the store, where the transport can make one. */
export type StoreFault = 'throttled' | 'forbidden' | 'silent';

export interface Example {
  readonly name: string;
  readonly entryPoints: readonly EntryPoint[];
  readonly original: Original;
  readonly method?: string;
  /** Default: any type. */
  readonly accept?: string;
  /** Of the path `<preset>/<prefix><name>`. */
  readonly preset: string;
  /** Raw, as it goes over the wire, in place of the original's own name. */
  readonly rawName?: string;
  /** The whole raw query, in place of a key. The API only. */
  readonly rawQuery?: string;
  /** Asked for once before, so that the derivative exists. */
  readonly made?: boolean;
  readonly fault?: StoreFault;
  /** On the other mode the answer is another one, and no example. */
  readonly apiOn?: ApiOn;
  readonly expect: Readonly<Record<EntryPoint, Expected | undefined>>;
}

export interface Expected {
  /** Every hop's, in order. */
  readonly statuses: readonly number[];
  /** Of the JSON at the end. */
  readonly code?: string;
  /** Of the last hop; a string must be in it. `refusal` is the Cache-Control of a refusal in this mode. */
  readonly headers?: Readonly<Record<string, string>>;
}

const both = ['edge', 'api'] as const;
const kept = { 'cache-control': 'max-age=' };
const refusal = { 'cache-control': 'refusal' };
const never = { 'cache-control': 'no-store' };
const preflight = { 'access-control-allow-headers': '*', 'access-control-max-age': '86400' };
/** The same refusal at both entry points: through the edge it comes behind the 307. */
const refused = (status: number, code: string, headers: Record<string, string> = refusal): Example['expect'] => ({
  api: { statuses: [status], code, headers },
  edge: { statuses: [307, status], code, headers },
});

/** A preset that answers 404 for an original that does not exist. */
const refusing = Object.entries<Preset>(config.presets).find(([, { fallback }]) => fallback === undefined)?.[0];

export const examples: readonly Example[] = [
  {
    name: 'a derivative that is not made yet',
    entryPoints: both,
    original: 'image',
    preset: '200x200',
    expect: {
      api: { statuses: [301], headers: { ...never, location: '.jpg?v=' } },
      edge: { statuses: [307, 301, 200], headers: { 'content-type': 'image/jpeg', ...kept } },
    },
  },
  {
    name: 'the best format for a browser that names AVIF',
    entryPoints: ['edge'],
    original: 'image',
    accept: 'image/avif,image/webp,*/*',
    preset: '200x200',
    expect: {
      api: undefined,
      edge: { statuses: [307, 301, 200], headers: { 'content-type': 'image/avif', vary: 'Accept', ...kept } },
    },
  },
  {
    name: 'HEAD by a browser that names WebP only',
    entryPoints: ['edge'],
    original: 'image',
    method: 'HEAD',
    accept: 'image/webp,*/*',
    preset: '320x',
    expect: {
      api: undefined,
      edge: { statuses: [307, 301, 200], headers: { 'content-type': 'image/webp', vary: 'Accept', ...kept } },
    },
  },
  {
    name: 'the best format, asked for by hand',
    entryPoints: both,
    original: 'image',
    preset: '100x100.auto',
    expect: {
      api: { statuses: [301], headers: { ...never, location: '/100x100.auto/' } },
      edge: { statuses: [307, 301, 200], headers: { 'content-type': 'image/avif', vary: 'Accept', ...kept } },
    },
  },
  {
    name: 'HEAD of a derivative that is not made yet',
    entryPoints: both,
    original: 'image',
    method: 'HEAD',
    preset: '100x100.webp',
    expect: {
      api: { statuses: [301], headers: { ...never, location: '.jpg?v=' } },
      edge: { statuses: [307, 301, 200], headers: { 'content-type': 'image/webp' } },
    },
  },
  {
    name: 'a derivative that exists, of this very original',
    entryPoints: both,
    original: 'image',
    preset: '48x48',
    made: true,
    expect: {
      api: { statuses: [200], headers: { ...never, 'content-type': 'image/jpeg' } },
      edge: { statuses: [200], headers: { 'content-type': 'image/jpeg' } },
    },
  },
  {
    name: 'no key',
    entryPoints: ['api'],
    original: 'none',
    preset: '200x200',
    rawQuery: '',
    expect: refused(400, 'key-missing'),
  },
  {
    name: 'an empty segment in the key',
    entryPoints: both,
    original: 'none',
    preset: '200x200',
    rawName: 'a//b.jpg',
    expect: refused(400, 'key-malformed'),
  },
  {
    name: 'a control character in the key',
    entryPoints: both,
    original: 'none',
    preset: '200x200',
    rawName: 'a%01b.jpg',
    expect: refused(400, 'key-malformed'),
  },
  {
    name: 'bytes that are no UTF-8 in the key',
    entryPoints: ['api'],
    original: 'none',
    preset: '200x200',
    rawName: 'a%ffb.jpg',
    expect: refused(400, 'key-malformed'),
  },
  // Encoded, since clients take a bare one out of a path before they ask.
  {
    name: 'a dot as a segment of the key',
    entryPoints: both,
    original: 'none',
    preset: '200x200',
    rawName: 'a%2F.%2Fb.jpg',
    expect: refused(400, 'key-malformed'),
  },
  {
    name: 'two dots as a segment of the key',
    entryPoints: both,
    original: 'none',
    preset: '200x200',
    rawName: 'a%2F..%2Fb.jpg',
    expect: refused(400, 'key-malformed'),
  },
  // S3 would hold the original, but not the derivative. How S3 answers the edge for a key that it cannot hold is not said.
  {
    name: 'a key that is too long for a derivative',
    entryPoints: ['api'],
    original: 'none',
    preset: '200x200',
    rawName: '%C3%A4'.repeat(500),
    expect: refused(400, 'key-malformed'),
  },
  {
    name: 'a first segment that is no preset',
    entryPoints: ['api'],
    original: 'none',
    preset: 'profile',
    expect: refused(400, 'key-malformed'),
  },
  {
    name: 'a size that is not on the list',
    entryPoints: both,
    original: 'image',
    preset: '999x1',
    expect: { api: { statuses: [403], code: 'preset-unlisted', headers: refusal }, edge: { statuses: [404] } },
  },
  ...(refusing === undefined
    ? []
    : [
        {
          name: 'an original that does not exist',
          entryPoints: both,
          original: 'none',
          preset: refusing,
          expect: refused(404, 'original-missing'),
        } as const,
      ]),
  {
    name: 'an original that is no image',
    entryPoints: both,
    original: 'text',
    preset: '200x200',
    expect: refused(415, 'type-unsupported'),
  },
  {
    name: 'an original that is cut short',
    entryPoints: both,
    original: 'broken',
    preset: '200x200',
    expect: refused(422, 'image-broken'),
  },
  {
    name: 'an original of too many pixels',
    entryPoints: both,
    original: 'bomb',
    preset: '200x200',
    expect: refused(413, 'original-too-large'),
  },
  {
    name: 'POST',
    entryPoints: ['api'],
    // At the edge CloudFront refuses it itself.
    apiOn: 'own-host',
    original: 'image',
    method: 'POST',
    preset: '200x200',
    expect: {
      api: { statuses: [405], code: 'method-not-allowed', headers: { ...refusal, allow: 'GET, HEAD, OPTIONS' } },
      edge: undefined,
    },
  },
  {
    name: 'OPTIONS',
    entryPoints: both,
    original: 'none',
    method: 'OPTIONS',
    preset: '200x200',
    expect: {
      api: { statuses: [204], headers: preflight },
      edge: { statuses: [204], headers: preflight },
    },
  },
  {
    name: 'a slash that the path has encoded, after the preset',
    entryPoints: ['edge'],
    apiOn: 'image-host',
    original: 'none',
    preset: '200x200%2Fa',
    expect: { api: undefined, edge: { statuses: [400], headers: never } },
  },
  {
    name: 'a store that throttles',
    entryPoints: both,
    original: 'image',
    preset: '320x',
    fault: 'throttled',
    expect: refused(503, 'store-unavailable', { ...never, 'retry-after': '' }),
  },
  {
    name: 'a store that refuses us',
    entryPoints: both,
    original: 'image',
    preset: '640x',
    fault: 'forbidden',
    expect: refused(500, 'store-refused', never),
  },
  {
    name: 'a store that says nothing',
    entryPoints: ['api'],
    original: 'image',
    preset: '400x400',
    fault: 'silent',
    expect: refused(504, 'store-slow', never),
  },
];

/** One row for each entry point of each example. */
export const exampleRowsOf = (apiOn: ApiOn) =>
  examples
    .filter((example) => example.apiOn === undefined || example.apiOn === apiOn)
    .flatMap((example) =>
      example.entryPoints.map((entryPoint) => ({
        ...example,
        entryPoint,
        expected: example.expect[entryPoint] as Expected,
      })),
    );
