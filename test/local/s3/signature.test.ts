import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseTarget } from '../../../local/aws/s3/s3-request.ts';
import { canonicalRequest, signatureOf, verifySignature } from '../../../local/aws/s3/signature.ts';

type Request = Parameters<typeof verifySignature>[0];

const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

describe('the worked examples of the S3 API reference ("Signature Calculations for the Authorization Header")', () => {
  const credentials = {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    region: 'us-east-1',
  };
  const common = {
    host: 'examplebucket.s3.amazonaws.com',
    'x-amz-content-sha256': emptyHash,
    'x-amz-date': '20130524T000000Z',
  };
  test.each([
    {
      example: 'GET Object',
      method: 'GET',
      target: '/test.txt',
      headers: { ...common, range: 'bytes=0-9' },
      signature: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    },
    {
      example: 'PUT Object',
      method: 'PUT',
      target: '/test%24file.text',
      headers: {
        ...common,
        date: 'Fri, 24 May 2013 00:00:00 GMT',
        'x-amz-content-sha256': '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
        'x-amz-storage-class': 'REDUCED_REDUNDANCY',
      },
      signature: '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
    },
    {
      example: 'GET Bucket (List Objects)',
      method: 'GET',
      target: '/?max-keys=2&prefix=J',
      headers: common,
      signature: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
    },
    {
      example: 'GET Bucket Lifecycle',
      method: 'GET',
      target: '/?lifecycle',
      headers: common,
      signature: 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
    },
  ])('$example', ({ method, target, headers, signature }) => {
    const [path = '', search = ''] = target.split('?');
    const query = search === '' ? [] : search.split('&').map((pair) => pair.split('='));
    const request = {
      method,
      path,
      query: query.map(([name = '', value = '']) => [name, value] as const),
      headers: new Map(Object.entries(headers)),
    };
    expect(signatureOf(request, Object.keys(headers).sort(), '20130524', credentials)).toBe(signature);
  });
});

const credentials = { accessKeyId: 'KEY', secretAccessKey: 'secret', region: 'eu-west-3' };

/** The request that the SDK would send, as our server would see it. */
async function signedBySdk(command: GetObjectCommand | PutObjectCommand | ListObjectsV2Command): Promise<Request> {
  let seen: Request | undefined;
  const client = new S3Client({
    endpoint: 'http://127.0.0.1:9',
    region: 'eu-west-3',
    credentials,
    forcePathStyle: true,
  });
  client.middlewareStack.add(
    () =>
      async ({ request }) => {
        seen = asReceived(request);
        throw new Error('seen');
      },
    { step: 'finalizeRequest', priority: 'low', name: 'look' },
  );
  await client.send(command as GetObjectCommand).catch(() => undefined);
  if (!seen) throw new Error('The SDK signed nothing');
  return seen;
}

function asReceived(request: unknown): Request {
  const { method, path, query, headers } = request as {
    method: string;
    path: string;
    query: Record<string, string>;
    headers: Record<string, string>;
  };
  const search = new URLSearchParams(query).toString().replaceAll('+', '%20');
  const received = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return { method, ...parseTarget(`${path}?${search}`), headers: new Map(received) };
}

const key = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter((text) => text.isWellFormed());
const metadataValue = fc.stringMatching(/^[!-~]([ -~]{0,30}[!-~])?$/);

test('canonicalRequest() orders parameters by name first, then by value', () => {
  const query = [
    ['list-type', '2'],
    ['list', 'b'],
    ['list', 'a'],
    ['List', ''],
  ] as const;
  const lines = canonicalRequest({ method: 'GET', path: '/', query, headers: new Map() }, []).split('\n');
  expect(lines[2]).toBe('List=&list=a&list=b&list-type=2');
});

test('canonicalRequest() takes headers without their outer and repeated spaces', () => {
  const headers = new Map([['x-amz-meta-a', '  one   two ']]);
  const lines = canonicalRequest({ method: 'GET', path: '/', query: [], headers }, ['x-amz-meta-a']).split('\n');
  expect(lines[3]).toBe('x-amz-meta-a:one two');
});

describe('verifySignature()', () => {
  test('accepts every GET, PUT and list that the SDK signs', () =>
    fc.assert(
      fc.asyncProperty(key, metadataValue, async (Key, value) => {
        const Bucket = 'bucket';
        const put = { Bucket, Key, Body: value, Metadata: { note: value }, CacheControl: value };
        const list = { Bucket, Prefix: Key, Delimiter: '/', StartAfter: value };
        for (const command of [
          new GetObjectCommand({ Bucket, Key }),
          new PutObjectCommand(put),
          new ListObjectsV2Command(list),
        ]) {
          verifySignature(await signedBySdk(command), credentials);
        }
      }),
      { numRuns: 60 },
    ));

  const change: Record<string, (request: Request) => Request> = {
    'the method': (request) => ({ ...request, method: 'DELETE' }),
    'the key': (request) => ({ ...request, path: `${request.path}x` }),
    'a query parameter': (request) => ({ ...request, query: [...request.query, ['prefix', 'x']] }),
    'a signed header': (request) => withHeader(request, 'x-amz-meta-note', 'other'),
    'the hash of the payload': (request) => withHeader(request, 'x-amz-content-sha256', emptyHash),
    'the time': (request) => withHeader(request, 'x-amz-date', `${today(request)}T235959Z`),
  };
  test.each(Object.keys(change))('refuses a request in which %s was changed', async (what) => {
    const put = new PutObjectCommand({ Bucket: 'bucket', Key: 'key', Body: 'x', Metadata: { note: 'one' } });
    const changed = change[what]?.(await signedBySdk(put));
    expect(changed).toBeDefined();
    expect(() => changed && verifySignature(changed, credentials)).toThrow(
      expect.objectContaining({ code: 'SignatureDoesNotMatch' }),
    );
  });

  test.each([
    ['without Authorization', undefined, 'AccessDenied'],
    ['with another mechanism', 'AWS KEY:signature', 'InvalidRequest'],
    ['with a broken header', 'AWS4-HMAC-SHA256 Credential=KEY', 'AuthorizationHeaderMalformed'],
    ['of another access key', authorization('NOBODY', 'eu-west-3'), 'InvalidAccessKeyId'],
    ['for another region', authorization('KEY', 'us-east-1'), 'AuthorizationHeaderMalformed'],
    ['that leaves x-amz-date unsigned', authorization('KEY', 'eu-west-3', 'host'), 'AccessDenied'],
    [
      'of another day than its x-amz-date',
      authorization('KEY', 'eu-west-3', 'host;x-amz-date', '20200101'),
      'AccessDenied',
    ],
    ['without x-amz-content-sha256', authorization('KEY', 'eu-west-3'), 'InvalidRequest'],
  ])('refuses a request %s', (_, header, code) => {
    const headers = new Map([
      ['host', 'h'],
      ['x-amz-date', '20260101T000000Z'],
    ]);
    if (header !== undefined) headers.set('authorization', header);
    const request = { method: 'GET', path: '/', query: [], headers };
    expect(() => verifySignature(request, credentials)).toThrow(expect.objectContaining({ code }));
  });

  test('names presigned URLs as not implemented', () => {
    const request = { method: 'GET', path: '/', query: [['X-Amz-Signature', 'a']] as const, headers: new Map() };
    expect(() => verifySignature(request, credentials)).toThrow(/presigned/);
  });
});

function withHeader(request: Request, name: string, value: string): Request {
  return { ...request, headers: new Map([...request.headers, [name, value]]) };
}

const today = (request: Request) => request.headers.get('x-amz-date')?.slice(0, 8) ?? '';

function authorization(id: string, region: string, signed = 'host;x-amz-date', day = '20260101'): string {
  const scope = `${id}/${day}/${region}/s3/aws4_request`;
  return `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=${signed}, Signature=${'0'.repeat(64)}`;
}
