/** The servers that the suites run on. `other` is one that only `S3_ENDPOINT` names. */
export type S3ServerName = 'embedded' | 'versitygw' | 'moto' | 'other';

type Reason = string | undefined;

/**
 * Why a server cannot hold a key, or `undefined` if it can. Contract suites skip such keys by name and run them on another
 * server: moto holds the keys that versitygw cannot, since it keeps objects as files under their keys.
 */
export function unsupportedKeys(server: S3ServerName): (key: string) => Reason {
  const limits = limitsOf[server];
  return (key) => limits.map((limit) => limit(key)).find((reason) => reason !== undefined);
}

/** Whether two keys cannot exist together: where `a` is a file, `a/b` cannot be below it. */
export function clashingKeys(server: S3ServerName): (one: string, other: string) => boolean {
  if (server !== 'versitygw') return () => false;
  return (one, other) => one.startsWith(`${other}/`) || other.startsWith(`${one}/`);
}

/** Bytes of a file's name in Linux. */
const maxSegmentBytes = 255;

const limitsOf: Readonly<Record<S3ServerName, readonly ((key: string) => Reason)[]>> = {
  embedded: [],
  versitygw: [dotSegments, emptySegments, longSegments, controlCharacters],
  moto: [controlCharacters],
  other: [],
};

function dotSegments(key: string): Reason {
  return /(^|\/)\.\.?(\/|$)/.test(key) ? '"." and ".." are steps of a path' : undefined;
}

/** A slash at the end is allowed: it makes a folder. */
function emptySegments(key: string): Reason {
  return key.startsWith('/') || key.includes('//') ? 'a path has no empty segment' : undefined;
}

function longSegments(key: string): Reason {
  const isLong = key.split('/').some((segment) => Buffer.byteLength(segment) > maxSegmentBytes);
  return isLong ? `a segment is over ${maxSegmentBytes} bytes` : undefined;
}

function controlCharacters(key: string): Reason {
  return /[\x00-\x1f\x7f]/.test(key) ? 'its lists cannot show control characters' : undefined;
}

/** Where a server differs from S3. The tests of a gap must fail there. For keys see `unsupported-keys.ts`. */
const gaps = {
  embedded: {},
  versitygw: {
    'If-Modified-Since': 'answers 200 to its own Last-Modified',
    'aws-chunked': 'keeps the framing of a stream as Content-Encoding',
    'replaced metadata': 'keeps the Cache-Control of an object whose metadata a copy replaces',
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
