import type { S3ServerName } from './unsupported-keys.ts';

/** Where a server differs from S3. The tests of a gap must fail there. For keys see `unsupported-keys.ts`. */
const gaps = {
  embedded: {},
  versitygw: {
    'If-Modified-Since': 'answers 200 to its own Last-Modified',
    'aws-chunked': 'keeps the framing of a stream as Content-Encoding',
    'DeleteObjects quiet': 'names what it deleted all the same',
    'DeleteObjects limit': 'deletes 1,001 keys at once',
  },
  moto: {
    'wrong checksum': 'stores the body all the same',
    'website redirect': 'copies it with an object, though it belongs to one',
    'key limit': 'stores a key of 1,025 bytes',
    'DeleteObjects quiet': 'names what it deleted all the same',
    'DeleteObjects limit': 'deletes 1,001 keys at once',
  },
  other: {},
} as const satisfies Record<S3ServerName, Readonly<Record<string, string>>>;

type NamesOf<Table> = Table extends unknown ? keyof Table : never;
export type Gap = NamesOf<(typeof gaps)[S3ServerName]>;

export function hasGap(server: S3ServerName, gap: Gap): boolean {
  return gap in gaps[server];
}
