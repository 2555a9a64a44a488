import { invalidRequest, S3Error } from './s3-error.ts';

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
