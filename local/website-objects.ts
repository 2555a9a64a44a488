import type { WebsiteObject, WebsiteObjects } from './emulators/website/website-objects.ts';
import type { S3Answer, S3Client } from './s3-client.ts';

/** Headers that were stored with the object. */
const stored =
  /^(content-type|cache-control|content-disposition|content-encoding|content-language|expires|x-amz-meta-.*|x-amz-website-redirect-location)$/;

/** Bytes of a key at most; an index document's name behind a long key can go over it. */
const maxKeyBytes = 1024;

/** A bucket as the website endpoint reads it: with the owner's rights, since the website decides who may read. */
export function websiteObjects(s3: S3Client, bucket: string): WebsiteObjects {
  async function read(method: 'GET' | 'HEAD', key: string): Promise<S3Answer | undefined> {
    // What S3 cannot hold is not there.
    if (Buffer.byteLength(key) > maxKeyBytes) return undefined;
    const answer = await s3.send(method, bucket, key);
    if (answer.status === 404) return undefined;
    if (answer.status === 200) return answer;
    throw new Error(`S3 answered ${method} ${bucket}/${key} with ${answer.status}: ${answer.body.toString()}`);
  }

  return {
    async head(key) {
      const answer = await read('HEAD', key);
      return answer && describe(answer);
    },
    async get(key) {
      const answer = await read('GET', key);
      return answer && { ...describe(answer), body: answer.body };
    },
  };
}

function describe({ headers }: S3Answer): WebsiteObject {
  return {
    bytes: Number(headers['content-length']),
    etag: headers.etag ?? '',
    lastModified: Date.parse(headers['last-modified'] ?? ''),
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => stored.test(name))),
  };
}
