import { S3Error } from './s3-error.ts';

const lineFeed = 0x0a;
/** A size or a trailer; anything longer is no line of this framing. */
const maxLineBytes = 1024;

/**
 * Takes the aws-chunked framing off a body: `SIZE-IN-HEX CRLF bytes CRLF`, again and again, a chunk of size 0, then
 * trailers, then an empty line. The trailers are added to the map that was handed in. Bytes pass through uncopied.
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Uint8Array>,
  trailers: Map<string, string>,
): AsyncGenerator<Uint8Array> {
  let expected: 'size' | 'bytes' | 'end of bytes' | 'trailer' | 'nothing' = 'size';
  let bytesLeft = 0;
  let line = '';

  for await (let rest of source) {
    while (rest.length > 0) {
      if (expected === 'nothing') throw new S3Error('InvalidRequest', 'The body goes on after its last chunk');
      if (expected === 'bytes') {
        const piece = rest.subarray(0, bytesLeft);
        rest = rest.subarray(piece.length);
        bytesLeft -= piece.length;
        if (bytesLeft === 0) expected = 'end of bytes';
        yield piece;
        continue;
      }
      const end = rest.indexOf(lineFeed);
      line += Buffer.from(end < 0 ? rest : rest.subarray(0, end + 1)).toString('latin1');
      if (line.length > maxLineBytes)
        throw new S3Error('InvalidRequest', `A line of the chunked body is over ${maxLineBytes} bytes`);
      if (end < 0) break;
      rest = rest.subarray(end + 1);
      const text = withoutLineEnd(line);
      line = '';
      if (expected === 'size') {
        bytesLeft = parseSize(text);
        expected = bytesLeft === 0 ? 'trailer' : 'bytes';
      } else if (expected === 'end of bytes') {
        if (text !== '') throw new S3Error('InvalidRequest', 'A chunk is longer than its stated size');
        expected = 'size';
      } else if (text === '') {
        expected = 'nothing';
      } else {
        trailers.set(...parseTrailer(text));
      }
    }
  }
  if (expected !== 'nothing')
    throw new S3Error('IncompleteBody', `The chunked body ended where ${expected} was expected`);
}

function withoutLineEnd(line: string): string {
  if (!line.endsWith('\r\n')) throw new S3Error('InvalidRequest', 'A line of the chunked body does not end in CRLF');
  return line.slice(0, -2);
}

function parseSize(text: string): number {
  if (!/^[0-9a-f]{1,10}$/i.test(text)) {
    throw new S3Error('InvalidRequest', `Expected the size of a chunk in hexadecimal, got "${text}"`);
  }
  return Number.parseInt(text, 16);
}

function parseTrailer(text: string): [name: string, value: string] {
  const colon = text.indexOf(':');
  if (colon < 1) throw new S3Error('MalformedTrailerError', `Expected "name:value" as a trailer, got "${text}"`);
  return [text.slice(0, colon).trim().toLowerCase(), text.slice(colon + 1).trim()];
}
