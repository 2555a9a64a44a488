/** The servers that the suites run on. `other` is one that somebody named by `S3_ENDPOINT` alone. */
export type S3ServerName = 'embedded' | 'versitygw' | 'moto' | 'other';

/**
 * Why a server cannot hold a key, or `undefined` when it can: contract suites skip such keys on it by name, and run
 * them on the embedded server and on moto. versitygw keeps objects as files under their keys.
 */
export function unsupportedKeys(server: S3ServerName): (key: string) => string | undefined {
  return server === 'versitygw' ? reasonOfVersitygw : () => undefined;
}

/** Bytes of a file's name, in Linux. */
const maxSegmentBytes = 255;

function reasonOfVersitygw(key: string): string | undefined {
  const segments = key.split('/');
  if (segments.some((segment) => segment === '.' || segment === '..')) return '"." and ".." are steps in a path';
  // A slash at the end is fine: it makes a folder.
  if (segments.slice(0, -1).includes('')) return 'a path has no empty segment';
  if (segments.some((segment) => Buffer.byteLength(segment) > maxSegmentBytes)) {
    return `a segment is over ${maxSegmentBytes} bytes`;
  }
  return undefined;
}

/** Whether the two keys cannot exist beside each other: `a` is a file, so `a/b` cannot be below it. */
export function clashingKeys(server: S3ServerName): (one: string, other: string) => boolean {
  if (server !== 'versitygw') return () => false;
  return (one, other) => one.startsWith(`${other}/`) || other.startsWith(`${one}/`);
}
