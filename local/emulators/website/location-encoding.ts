/**
 * How a key may stand in a `Location` that S3 builds. Which one S3 uses is not known (no recorded answer shows an odd
 * key), so the chain has all four and never assumes.
 */
export type LocationEncoding = 'none' | 'once' | 'form' | 'twice';

const encoders: Readonly<Record<LocationEncoding, (key: string) => string>> = {
  none: (key) => key,
  once: encodePath,
  form: (key) => encodePath(key).replaceAll('%20', '+'),
  twice: (key) => encodePath(encodePath(key)),
};

/**
 * The key as it is written into `Location`. Every mode but `none` can be read back for every key. `none` loses keys
 * with a `#` (the client takes the rest for a fragment), with a `%` (`%20` then looks like a space), and with spaces at
 * the end (they are trimmed off a header).
 */
export function encodeKey(key: string, encoding: LocationEncoding): string {
  return headerSafe(encoders[encoding](key));
}

/**
 * Text as a header can carry it: UTF-8 bytes, one character each, and no control characters, which would end the
 * header or be refused by node:http. S3 must do something of the kind too; what, is not known.
 */
export function headerSafe(text: string): string {
  const printable = text.replace(/[\u0000-\u001f\u007f]/g, encodeURIComponent);
  return /[\u0080-\uffff]/.test(printable) ? Buffer.from(printable, 'utf8').toString('latin1') : printable;
}

/** RFC 3986: only unreserved characters stay, and the slashes between segments. */
function encodePath(path: string): string {
  return Array.from(Buffer.from(path, 'utf8'), (byte) => encodedBytes[byte]).join('');
}

const encodedBytes = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  return /[A-Za-z0-9\-._~/]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
});
