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
