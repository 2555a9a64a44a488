import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const brotliAsync = promisify(brotliCompress);
const gzipAsync = promisify(gzip);

/** "Serve compressed files": the types on AWS's list that a website is likely to have. Images but SVG are not on it. */
const compressible =
  /^(?:text\/(?:css|csv|html|javascript|js|markdown|plain|richtext|rtf|tab-separated-values|vtt|x-component|x-java-source|x-script|xml)|application\/(?:javascript|json|manifest\+json|rtf|vnd\.api\+json|wasm|x-javascript|xhtml\+xml|xml|xml\+rss)|font\/(?:eot|otf|ttf)|image\/svg\+xml)$/;

interface Body {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Compresses what CloudFront would for a viewer who takes `encodings`: `br,gzip`, one of them, or nothing. */
export async function compressed<T extends Body>(answer: T, encodings: string): Promise<T> {
  if (encodings === '' || !isCompressible(answer)) return answer;
  const brotli = encodings.startsWith('br');
  const body = brotli
    ? await brotliAsync(answer.body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } })
    : await gzipAsync(answer.body);
  const { etag } = answer.headers;
  const headers = {
    ...answer.headers,
    'content-encoding': brotli ? 'br' : 'gzip',
    'content-length': String(body.length),
    vary: [answer.headers.vary, 'Accept-Encoding'].filter(Boolean).join(', '),
    // Other bytes, so the ETag is a weak one from here on.
    ...(etag !== undefined && { etag: etag.startsWith('W/') ? etag : `W/${etag}` }),
  };
  return { ...answer, headers, body };
}

function isCompressible({ status, headers, body }: Body): boolean {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
  return (
    [200, 403, 404].includes(status) &&
    headers['content-encoding'] === undefined &&
    compressible.test(type) &&
    body.length >= 1_000 &&
    body.length <= 10_000_000
  );
}
