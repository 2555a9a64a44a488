import type { LocationEncoding } from '../config.ts';
import { ServiceError } from './service-error.ts';

/**
 * How the key is read from the API's query, one way for each way that S3 may have written it into `Location`. There is
 * exactly one reading and no guessing: two readings could serve somebody else's image.
 */
const readings: Readonly<Record<LocationEncoding, (written: string) => string>> = {
  // S3 wrote the key as it is; what arrives escaped was escaped by the client's URL parser: the query percent-encode
  // set of the URL standard. A literal `#` ends the URL and a literal `%20` looks like a space: this mode cannot hold them.
  none: (written) => written.replace(/(?:%[89a-f][0-9a-f])+|%20|%22|%27|%3c|%3e/gi, decodeURIComponent),
  once: decodeURIComponent,
  form: (written) => decodeURIComponent(written.replaceAll('+', ' ')),
  twice: (written) => decodeURIComponent(decodeURIComponent(written)),
};

/** The decoded path in `written`, which is everything behind the first `key=` of the raw query. */
export function readKey(written: string | undefined, encoding: LocationEncoding): string {
  if (!written) throw new ServiceError('key-missing', {});
  try {
    return readings[encoding](written);
  } catch (cause) {
    // The only thing that decodeURIComponent throws for: a broken escape or bytes that are no UTF-8.
    throw new ServiceError('key-malformed', { given: written, fault: 'is not percent-encoded UTF-8' }, { cause });
  }
}
