import { describe, expect, it } from 'vitest';
import { aWebsite, everybodyGets, everybodyLists, readers, secret, textOf, whoKnowsTheSecret } from './a-website.ts';

const website = { IndexDocument: 'index.html', ErrorDocument: 'error.html' };

describe('403 or 404 for a missing key', () => {
  const guarded = readers({ ...everybodyGets, ...whoKnowsTheSecret });
  const withList = readers({ ...everybodyGets, ...whoKnowsTheSecret }, { ...everybodyLists, ...whoKnowsTheSecret });
  const listOnly = readers(everybodyLists);
  const knowing = { referer: secret };

  it.each([
    ['GetObject allowed', readers(everybodyGets), {}, 200, 404, 403],
    ['GetObject under the right Referer', guarded, knowing, 200, 404, 403],
    ['GetObject and ListBucket under the right Referer', withList, knowing, 200, 404, 404],
    ['the wrong Referer', withList, { referer: 'guess' }, 403, 403, 403],
    ['no Referer', withList, {}, 403, 403, 403],
    ['ListBucket alone', listOnly, {}, 403, 403, 403],
    ['no policy', undefined, {}, 403, 403, 403],
  ])('%s', async (_, policy, headers, existing, missingKey404, missingKey403) => {
    const stored = { 'a.txt': 'here' };
    for (const [missingKey, missing] of [
      ['404', missingKey404],
      ['403', missingKey403],
    ] as const) {
      const ask = aWebsite({ policy, stored, rules: [], switches: { missingKey } });
      expect((await ask('/a.txt', { headers })).status).toBe(existing);
      expect((await ask('/gone.txt', { headers })).status).toBe(missing);
    }
  });

  it('a wrong secret means 403 for everything, so no redirect at all', async () => {
    const ask = aWebsite({ policy: guarded });
    expect((await ask('/200x200/a.jpg', { headers: knowing })).status).toBe(307);
    expect((await ask('/200x200/a.jpg')).status).toBe(403);
  });

  it('the endpoint has no TLS, so a policy that denies plain http excludes everybody', async () => {
    const deny = {
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 's3:*',
      Resource: ['arn:aws:s3:::derivatives', 'arn:aws:s3:::derivatives/*'],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    };
    expect((await aWebsite({ policy: readers(everybodyGets, deny), stored: { a: '1' } })('/a')).status).toBe(403);
  });
});

describe('other answers', () => {
  const stored = {
    'a.txt': { body: '0123456789', headers: { 'cache-control': 'max-age=60', 'x-amz-meta-made-from': 'ann' } },
  };

  it('a hit brings the type, ETag, Last-Modified, Cache-Control and metadata of the object', async () => {
    const answer = await aWebsite({ stored })('/a.txt?whatever=1');
    expect(answer.status).toBe(200);
    expect(textOf(answer)).toBe('0123456789');
    expect(answer.headers).toMatchObject({
      'content-type': 'text/plain',
      'content-length': '10',
      etag: '"5-10"',
      'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT',
      'cache-control': 'max-age=60',
      'x-amz-meta-made-from': 'ann',
      server: 'AmazonS3',
      date: 'Wed, 25 Nov 2026 00:00:00 GMT',
    });
  });

  it('HEAD is the same without a body', async () => {
    const ask = aWebsite({ stored });
    const [head, get] = [await ask('/a.txt', { method: 'HEAD' }), await ask('/a.txt')];
    expect(head.body).toHaveLength(0);
    expect({ ...head.headers, 'x-amz-request-id': '', 'x-amz-id-2': '' }).toEqual({
      ...get.headers,
      'x-amz-request-id': '',
      'x-amz-id-2': '',
    });
  });

  const same = 'Thu, 01 Jan 2026 00:00:00 GMT';
  it.each([
    [{ 'if-none-match': '"5-10"' }, 304],
    [{ 'if-none-match': '"other"', 'if-modified-since': same }, 200],
    [{ 'if-modified-since': same }, 304],
    [{ 'if-match': '"other"' }, 412],
  ])('%j answers %i', async (headers: Record<string, string>, status) => {
    const answer = await aWebsite({ stored, rules: [] })('/a.txt', { headers });
    expect(answer.status).toBe(status);
    if (status === 304) {
      expect(answer.body).toHaveLength(0);
      expect(answer.headers).toMatchObject({ etag: '"5-10"', 'cache-control': 'max-age=60' });
      expect(answer.headers).not.toHaveProperty('content-type');
    }
  });

  it.each([
    ['bytes=0-3', 206, '0123', 'bytes 0-3/10'],
    ['bytes=-3', 206, '789', 'bytes 7-9/10'],
  ])('Range %s answers %i', async (range, status, body, contentRange) => {
    const answer = await aWebsite({ stored })('/a.txt', { headers: { range } });
    expect([answer.status, textOf(answer), answer.headers['content-range']]).toEqual([status, body, contentRange]);
    expect(answer.headers['content-length']).toBe(String(body.length));
  });

  it("the 404 page is S3's own, byte for byte", async () => {
    const answer = await aWebsite({ rules: [] })('/a%3Cb%3E.txt');
    const { 'x-amz-request-id': requestId, 'x-amz-id-2': hostId } = answer.headers;
    expect(textOf(answer)).toBe(
      '<html>\n<head><title>404 Not Found</title></head>\n<body>\n<h1>404 Not Found</h1>\n<ul>\n' +
        '<li>Code: NoSuchKey</li>\n<li>Message: The specified key does not exist.</li>\n<li>Key: a&lt;b&gt;.txt</li>\n' +
        `<li>RequestId: ${requestId}</li>\n<li>HostId: ${hostId}</li>\n</ul>\n<hr/>\n</body>\n</html>\n`,
    );
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
  });

  it('a missing error document adds its own heading and list to the page', async () => {
    const answer = await aWebsite({ website })('/gone.txt');
    expect(answer.status).toBe(404);
    expect(textOf(answer)).toContain(
      '</ul>\n<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>\n<ul>\n' +
        '<li>Code: NoSuchKey</li>\n<li>Message: The specified key does not exist.</li>\n<li>Key: error.html</li>\n</ul>\n<hr/>',
    );
  });

  it('an error document keeps the status of the error and brings its own headers', async () => {
    const error = { body: 'sorry', headers: { 'content-type': 'text/html', 'cache-control': 'max-age=9' } };
    const answer = await aWebsite({ website, stored: { 'error.html': error } })('/gone.txt');
    expect([answer.status, textOf(answer)]).toEqual([404, 'sorry']);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/html',
      'cache-control': 'max-age=9',
      'content-length': '5',
    });
  });

  it('a private bucket answers 403 even with an error document', async () => {
    const answer = await aWebsite({ website, stored: { 'error.html': 'sorry' }, policy: readers() })('/a.txt');
    expect(answer.status).toBe(403);
    expect(textOf(answer).match(/<li>Code: AccessDenied<\/li>\n<li>Message: Access Denied<\/li>/g)).toHaveLength(2);
  });

  it.each(['PUT', 'DELETE'])('%s answers 405, never by the error document', async (method) => {
    const answer = await aWebsite({ website, stored: { 'error.html': 'sorry', 'a.txt': 'here' } })('/a.txt', {
      method,
    });
    expect(answer.status).toBe(405);
    expect(textOf(answer)).toContain(
      `<li>Code: MethodNotAllowed</li>\n<li>Message: The specified method is not allowed against this resource.</li>\n<li>Method: ${method}</li>\n<li>ResourceType: OBJECT</li>`,
    );
  });

  it('OPTIONS is a CORS preflight, refused while the bucket has no CORS rules', async () => {
    expect((await aWebsite()('/a.txt', { method: 'OPTIONS' })).status).toBe(403);
  });

  it('errors name themselves in headers, and a HEAD has only those', async () => {
    const ask = aWebsite({ rules: [] });
    const answer = await ask('/gone.txt', { method: 'HEAD' });
    expect(answer).toMatchObject({ status: 404, body: new Uint8Array(0) });
    expect(answer.headers).toMatchObject({
      'x-amz-error-code': 'NoSuchKey',
      'x-amz-error-message': 'The specified key does not exist.',
      'x-amz-error-detail-key': 'gone.txt',
    });
    expect(answer.headers).not.toHaveProperty('content-type');
    expect((await ask('/gone.txt')).headers['x-amz-error-code']).toBe('NoSuchKey');
  });

  it.each([
    ['derivatives.s3-website-us-east-1.amazonaws.com', 200],
    ['img.example.com', 404],
  ])('Host %s answers %i: S3 finds the bucket by it alone', async (host, status) => {
    const ask = aWebsite({ stored });
    const answer = await ask('/a.txt', { headers: { host } });
    expect(answer.status).toBe(status);
    if (status === 404) {
      expect(textOf(answer)).toContain(
        '<li>Code: NoSuchBucket</li>\n<li>Message: The specified bucket does not exist</li>',
      );
    }
  });

  it('a raw plus in a path is a space, and %2B is the plus', async () => {
    const ask = aWebsite({ stored: { 'a b': 'space', 'a+b': 'plus' } });
    expect(textOf(await ask('/a+b'))).toBe('space');
    expect(textOf(await ask('/a%20b'))).toBe('space');
    expect(textOf(await ask('/a%2Bb'))).toBe('plus');
  });

  it.each(['/a%zz', '/a%', '/%ff'])('a path that is not percent-encoded UTF-8, as %s, answers 400', async (path) => {
    expect((await aWebsite()(path)).status).toBe(400);
  });

  it('dot segments and doubled slashes are part of the key, as everywhere in S3', async () => {
    const ask = aWebsite({ stored: { '/a': 'slash', './a': 'dot', 'x/../a': 'up' } });
    expect(textOf(await ask('//a'))).toBe('slash');
    expect(textOf(await ask('/./a'))).toBe('dot');
    expect(textOf(await ask('/x/../a'))).toBe('up');
  });
});
