import type { S3Request } from './request.ts';
import { invalidRequest, notImplemented, S3Error } from './s3-error.ts';
import type { StoredHeaders, Upload } from './store.ts';

/** S3's limit on one PUT. */
const maxObjectBytes = 5 * 1024 ** 3;
/** The SDK's default. The other checksums of S3 are refused by name. */
export const checksumHeader = 'x-amz-checksum-crc32';
const chunkedPayload = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';

/** The body of a request without its transfer encoding, and what its headers announce about it. */
export function readUpload(
  { headers, body }: Pick<S3Request, 'headers' | 'body'>,
  maxBytes = maxObjectBytes,
): { readonly body: AsyncIterable<Uint8Array>; readonly verify: NonNullable<Upload['verify']> } {
  const payload = headers['x-amz-content-sha256'] ?? '';
  const chunked = payload === chunkedPayload;
  if (payload.startsWith('STREAMING-') && !chunked) throw notImplemented(`x-amz-content-sha256: ${payload}`);
  const announced = readLength(headers[chunked ? 'x-amz-decoded-content-length' : 'content-length'], maxBytes);
  const trailer = headers['x-amz-trailer'];
  if (trailer !== undefined && trailer !== checksumHeader) {
    throw notImplemented(`the trailer ${trailer}, only ${checksumHeader}`);
  }
  const trailers = new Map<string, string>();
  // A reader that stops must not close the connection: the refusal is still to be sent on it.
  const raw: AsyncIterable<Uint8Array> = body.iterator({ destroyOnReturn: false });
  return {
    body: chunked ? decodeAwsChunked(raw, trailers) : raw,
    verify({ bytes, md5, crc32 }) {
      if (bytes !== announced) {
        throw new S3Error(400, 'IncompleteBody', `The body has ${bytes} bytes, its headers announce ${announced}`);
      }
      const sum = trailer === undefined ? headers[checksumHeader] : trailers.get(trailer);
      if (trailer !== undefined && sum === undefined) {
        throw new S3Error(400, 'MalformedTrailerError', `The trailer ${trailer} is missing`);
      }
      expectSame('Content-MD5', headers['content-md5'], md5.toString('base64'));
      expectSame(checksumHeader, sum, crc32);
    },
  };
}

function readLength(given: string | undefined, maxBytes: number): number {
  if (given === undefined || !/^\d+$/.test(given)) {
    throw new S3Error(411, 'MissingContentLength', 'You must provide the Content-Length HTTP header.');
  }
  if (Number(given) <= maxBytes) return Number(given);
  throw new S3Error(400, 'EntityTooLarge', `The body has ${given} bytes, at most ${maxBytes} are allowed`);
}

function expectSame(name: string, given: string | undefined, actual: string): void {
  if (given === undefined || given === actual) return;
  throw new S3Error(
    400,
    'BadDigest',
    `The ${name} you specified (${given}) did not match what we received (${actual})`,
  );
}

export const redirectHeader = 'x-amz-website-redirect-location';
const userMetadata = 'x-amz-meta-';
const kept = [
  'content-type',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'expires',
  redirectHeader,
];
/** S3's limit on names and values of user metadata together. */
const maxUserMetadataBytes = 2048;

export const isUserMetadata = (name: string) => name.startsWith(userMetadata);

/** The headers of a PUT that come back with every GET. */
export function headersToStore({ headers }: Pick<S3Request, 'headers'>): StoredHeaders {
  const stored = Object.entries(headers).filter(([name]) => kept.includes(name) || isUserMetadata(name));
  const metadataBytes = stored
    .filter(([name]) => isUserMetadata(name))
    .reduce((sum, [name, value]) => sum + name.length - userMetadata.length + value.length, 0);
  if (metadataBytes > maxUserMetadataBytes) {
    const details = { Size: String(metadataBytes), MaxSizeAllowed: String(maxUserMetadataBytes) };
    const message = 'Your metadata headers exceed the maximum allowed metadata size';
    throw new S3Error(400, 'MetadataTooLarge', message, details);
  }
  const { 'content-encoding': encoding = '', ...rest } = Object.fromEntries(stored);
  // `aws-chunked` says how the bytes were sent, not what they are.
  const codings = encoding.split(',').map((coding) => coding.trim());
  const own = codings.filter((coding) => coding !== '' && coding !== 'aws-chunked').join(',');
  return {
    ...rest,
    'content-type': rest['content-type'] || 'binary/octet-stream',
    ...(own === '' ? {} : { 'content-encoding': own }),
  };
}

/**
 * Removes the aws-chunked framing of a body: `SIZE-IN-HEX CRLF bytes CRLF`, repeated, then a chunk of size 0, trailers
 * and an empty line ("Signature calculations for the authorization header: Transferring payload in multiple chunks").
 * Adds the trailers to the map. Bytes pass through uncopied.
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Uint8Array>,
  trailers: Map<string, string>,
): AsyncGenerator<Uint8Array> {
  const input = createInput(source);
  try {
    for (let size = readSize(await input.line()); size > 0; size = readSize(await input.line())) {
      yield* input.bytes(size);
      if ((await input.line()) !== '') throw invalidRequest('A chunk is longer than its size');
    }
    for (let line = await input.line(); line !== ''; line = await input.line()) {
      const colon = line.indexOf(':');
      if (colon < 1) throw new S3Error(400, 'MalformedTrailerError', `Expected "name:value", got "${line}"`);
      trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
    }
    if (await input.more()) throw invalidRequest('The body goes on after its last chunk');
  } finally {
    await input.stop();
  }
}

function readSize(line: string): number {
  if (/^[0-9a-f]{1,10}$/i.test(line)) return Number.parseInt(line, 16);
  throw invalidRequest(`Expected the size of a chunk in hexadecimal, got "${line}"`);
}

/** A size or a trailer is shorter. */
const maxLineBytes = 1024;

function createInput(source: AsyncIterable<Uint8Array>) {
  const chunks = source[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array();

  async function more(): Promise<boolean> {
    while (rest.length === 0) {
      const { value, done } = await chunks.next();
      if (done) return false;
      rest = value;
    }
    return true;
  }

  async function need(): Promise<void> {
    if (!(await more())) throw new S3Error(400, 'IncompleteBody', 'The chunked body ended before its last chunk');
  }

  return {
    more,
    stop: async () => void (await chunks.return?.()),
    /** Without its CRLF. */
    async line(): Promise<string> {
      let text = '';
      while (!text.endsWith('\n')) {
        await need();
        const end = rest.indexOf(0x0a);
        const piece = end < 0 ? rest : rest.subarray(0, end + 1);
        rest = rest.subarray(piece.length);
        text += Buffer.from(piece).toString('latin1');
        if (text.length > maxLineBytes) throw invalidRequest('A line of the chunked body is too long');
      }
      if (!text.endsWith('\r\n')) throw invalidRequest('A line of the chunked body does not end in CRLF');
      return text.slice(0, -2);
    },
    async *bytes(count: number): AsyncGenerator<Uint8Array> {
      for (let left = count; left > 0; ) {
        await need();
        const piece = rest.subarray(0, left);
        rest = rest.subarray(piece.length);
        left -= piece.length;
        yield piece;
      }
    },
  };
}
