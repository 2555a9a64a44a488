import { describe, expect, test } from 'vitest';
import type { HttpRequest } from '../../../local/aws/http/http.ts';
import type { ApiDefinition } from '../../../local/aws/http-api/api-definition.ts';
import { isPreflight, preflightReply, withCors } from '../../../local/aws/http-api/cors.ts';
import { decodePath, lambdaEvent } from '../../../local/aws/http-api/event.ts';
import { createTokenBucket } from '../../../local/aws/http-api/http-api.ts';
import { lambdaReply } from '../../../local/aws/http-api/reply.ts';
import { matchRoute, type Route } from '../../../local/aws/http-api/routes.ts';

describe('decodePath()', () => {
  test.each([
    ['/capture/space%20value', '/capture/space value'],
    ['/capture/question%3Fvalue', '/capture/question'],
    ['/capture/percent%25done', undefined],
    ['/capture/slash%2Fvalue', '/capture/slash/value'],
    ['/capture/unicode-%CE%BB-%E4%B8%96%E7%95%8C', '/capture/unicode-λ-世界'],
    ['/capture/literal%252Fvalue', '/capture/literal/value'],
    ['/capture/plus+sign', '/capture/plus+sign'],
    ['/capture/broken%E0%A4', undefined],
  ])('makes of the path %s what an HTTP API gave a Lambda: %s', (sent, seen) => {
    expect(decodePath(sent)).toBe(seen);
  });
});

const integration = { functionArn: 'arn:fn', timeoutMilliseconds: 1000 };
const route = (key: string): Route => {
  const [method, path] = key.split(' ');
  return {
    logicalId: key,
    key,
    integration,
    ...(path !== undefined && { path }),
    ...(path !== undefined && method !== undefined && method !== 'ANY' && { method }),
  };
};

describe('matchRoute()', () => {
  test.each([
    ['GET', '/resize', 'GET /resize'],
    ['GET', '/resize/', '$default'],
    ['GET', '/Resize', '$default'],
  ])('sends %s %s to the route %s', (method, path, key) => {
    const routes = ['$default', 'ANY /resize', 'GET /resize'].map(route);
    expect(matchRoute(routes, method, path)?.key).toBe(key);
  });

  test('finds nothing where no route matches and there is no $default', () => {
    expect(matchRoute([route('GET /resize')], 'HEAD', '/resize')).toBeUndefined();
    expect(matchRoute([route('GET /resize')], 'GET', '/resize/x')).toBeUndefined();
  });
});

const api: ApiDefinition = {
  logicalId: 'Api',
  apiId: 'sjzepsqsu5',
  accountId: '123456789012',
  region: 'us-west-2',
  domainName: 'sjzepsqsu5.execute-api.us-west-2.amazonaws.com',
  routes: [],
};
const request = (change: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'GET',
  target: '/resize',
  headers: {},
  body: new Uint8Array(),
  ip: '203.0.113.7',
  ...change,
});
const context = {
  requestId: 'ATfSmjLgPHcESJw=',
  traceId: 'Root=1-6a5145a9-1bae89e2512ec92d5d9438a0',
  epochMilliseconds: 1783711145766,
};
const eventOf = (sent: HttpRequest) => lambdaEvent(api, sent, route('ANY /resize'), '/resize', context);

describe('lambdaEvent()', () => {
  test('writes format 2.0 to the byte', () => {
    const headers = {
      host: 'x',
      accept: '*/*',
      'user-agent': 'curl/8.7.1',
      connection: 'keep-alive',
      cookie: 'session=abc123; theme=dark',
    };
    const event = eventOf(request({ headers, target: '/resize?key=200x200/a+b.jpg' }));
    expect(JSON.stringify(event)).toBe(
      '{"version":"2.0","routeKey":"ANY /resize","rawPath":"/resize","rawQueryString":"key=200x200/a+b.jpg",' +
        '"cookies":["session=abc123","theme=dark"],' +
        '"headers":{"accept":"*/*","content-length":"0","host":"sjzepsqsu5.execute-api.us-west-2.amazonaws.com","user-agent":"curl/8.7.1",' +
        '"x-amzn-trace-id":"Root=1-6a5145a9-1bae89e2512ec92d5d9438a0","x-forwarded-for":"203.0.113.7","x-forwarded-port":"443","x-forwarded-proto":"https"},' +
        '"queryStringParameters":{"key":"200x200/a b.jpg"},' +
        '"requestContext":{"accountId":"123456789012","apiId":"sjzepsqsu5","domainName":"sjzepsqsu5.execute-api.us-west-2.amazonaws.com","domainPrefix":"sjzepsqsu5",' +
        '"http":{"method":"GET","path":"/resize","protocol":"HTTP/1.1","sourceIp":"203.0.113.7","userAgent":"curl/8.7.1"},' +
        '"requestId":"ATfSmjLgPHcESJw=","routeKey":"ANY /resize","stage":"$default","time":"10/Jul/2026:19:19:05 +0000","timeEpoch":1783711145766},' +
        '"isBase64Encoded":false}',
    );
  });

  test.each<[string, string, Record<string, string> | undefined]>([
    ['repeat=one&repeat=two', 'joins values of one name by a comma', { repeat: 'one,two' }],
    ['q=a+b', 'reads + as a space', { q: 'a b' }],
    ['q=a%252Bb', 'decodes once', { q: 'a%2Bb' }],
    ['q=C%23%20x&tag=', 'keeps an empty value', { q: 'C# x', tag: '' }],
    ['', 'leaves the field out without a query', undefined],
  ])('%s: %s', (rawQuery, _, parameters) => {
    const event = eventOf(request({ target: `/resize?${rawQuery}` })) as Record<string, unknown>;
    expect(event.rawQueryString).toBe(rawQuery);
    expect(event.queryStringParameters).toEqual(parameters);
  });

  test.each([
    ['application/octet-stream', 'AQIDBAU=', true],
    ['text/plain; charset=utf-8', '\u0001\u0002\u0003\u0004\u0005', false],
  ])('gives a body of type %s as %j', (type, body, isBase64Encoded) => {
    const sent = request({ headers: { 'content-type': type }, body: Uint8Array.of(1, 2, 3, 4, 5) });
    expect(eventOf(sent)).toMatchObject({
      body,
      isBase64Encoded,
      headers: { 'content-length': '5' },
    });
  });

  test('adds the client to X-Forwarded-For', () => {
    const event = eventOf(request({ headers: { 'x-forwarded-for': '198.51.100.1' } }));
    expect(event).toMatchObject({ headers: { 'x-forwarded-for': '198.51.100.1, 203.0.113.7' } });
  });
});

describe('lambdaReply()', () => {
  const reply = (value: unknown) => {
    const made = lambdaReply(JSON.stringify(value));
    return made && { ...made, body: Buffer.from(made.body).toString() };
  };

  test.each<[string, unknown, object]>([
    [
      'a redirect without body gets no Content-Type',
      { statusCode: 301, headers: { Location: '/x' } },
      { status: 301, headers: { location: '/x', 'content-length': '0' }, body: '' },
    ],
    [
      'a body without type is text/plain',
      { statusCode: 200, body: 'Hello' },
      { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8', 'content-length': '5' }, body: 'Hello' },
    ],
    [
      'a type that is given stays',
      { statusCode: 200, headers: { 'Content-Type': 'image/jpeg' }, body: 'x' },
      { headers: { 'content-type': 'image/jpeg', 'content-length': '1' } },
    ],
    ['a base64 body is decoded', { statusCode: 200, body: 'SGVsbG8=', isBase64Encoded: true }, { body: 'Hello' }],
    [
      'a length that the Lambda gives is replaced',
      { statusCode: 200, headers: { 'content-length': '99' }, body: 'abc' },
      { headers: { 'content-length': '3' } },
    ],
    [
      'an object without statusCode is the JSON body of a 200',
      { hello: 1 },
      { status: 200, headers: { 'content-type': 'application/json' }, body: '{"hello":1}' },
    ],
  ])('%s', (_, value, expected) => {
    expect(reply(value)).toMatchObject(expected);
  });

  test.each<[string, unknown]>([
    ['a status with a fraction', { statusCode: 201.5 }],
    ['a status that is no number', { statusCode: 'ok' }],
    ['a body that is an object', { statusCode: 200, body: {} }],
  ])('does not take %s', (_, value) => {
    expect(reply(value)).toBeUndefined();
  });
});

test('cookies in a reply are refused', () => {
  expect(() => lambdaReply(JSON.stringify({ statusCode: 200, cookies: ['a=1'] }))).toThrow('not emulated');
});

describe('createTokenBucket()', () => {
  test('lets a burst through, then as many as the rate gives', () => {
    const bucket = createTokenBucket({ rate: 2, burst: 3 });
    const taken = (now: number, times: number) => Array.from({ length: times }, () => bucket.take(now));
    expect(taken(0, 4)).toEqual([true, true, true, false]);
    expect(taken(500, 2)).toEqual([true, false]);
    expect(taken(60_000, 4)).toEqual([true, true, true, false]);
  });
});

describe('CORS of an HTTP API', () => {
  const preflight = request({
    method: 'OPTIONS',
    headers: { origin: 'https://x', 'access-control-request-method': 'GET' },
  });

  test('answers a preflight for every origin', () => {
    expect(preflightReply({ methods: ['GET', 'HEAD'], headers: ['x-a'] })).toMatchObject({
      status: 204,
      headers: {
        'access-control-allow-origin': '*',
        'access-control-allow-methods': 'GET,HEAD',
        'access-control-allow-headers': 'x-a',
      },
    });
  });

  test('replaces the CORS headers of the Lambda', () => {
    const answer = {
      status: 200,
      headers: { 'access-control-allow-origin': 'https://y', etag: 'e' },
      body: new Uint8Array(),
    };
    expect(withCors(preflight, answer).headers).toEqual({ 'access-control-allow-origin': '*', etag: 'e' });
    expect(withCors(request(), answer).headers).toEqual({ etag: 'e' });
  });

  test('takes an OPTIONS with origin and method as a preflight, and no other request', () => {
    expect(isPreflight(preflight)).toBe(true);
    expect(isPreflight({ ...preflight, method: 'GET' })).toBe(false);
    expect(isPreflight(request({ method: 'OPTIONS' }))).toBe(false);
  });
});
