import { describe, expect, test } from 'vitest';
import type { HttpRequest } from '../../../local/aws/http/http.ts';
import type { ApiDefinition } from '../../../local/aws/http-api/api-definition.ts';
import { type CorsRules, isPreflight, preflightReply, withCors } from '../../../local/aws/http-api/cors.ts';
import { decodePath, lambdaEvent } from '../../../local/aws/http-api/event.ts';
import { createTokenBucket } from '../../../local/aws/http-api/http-api.ts';
import { lambdaReply } from '../../../local/aws/http-api/reply.ts';
import { matchRoute, type Route } from '../../../local/aws/http-api/routes.ts';

describe('decodePath()', () => {
  test.each([
    ['/capture/plain', '/capture/plain'],
    ['/capture/space%20value', '/capture/space value'],
    ['/capture/question%3Fvalue', '/capture/question'],
    ['/capture/percent%25done', undefined],
    ['/capture/hash%23value', '/capture/hash#value'],
    ['/capture/slash%2Fvalue', '/capture/slash/value'],
    ['/capture/unicode-%CE%BB-%E4%B8%96%E7%95%8C', '/capture/unicode-λ-世界'],
    ['/capture/literal%252Fvalue', '/capture/literal/value'],
    ['/capture/literal%253Fvalue', '/capture/literal?value'],
    ['/capture/literal%2525value', '/capture/literal%value'],
    ['/capture/plus+sign', '/capture/plus+sign'],
    ['/capture/broken%E0%A4', undefined],
  ])('§3.1 makes of the path %s what an HTTP API gave a Lambda: %s', (sent, seen) => {
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
    ...(path === undefined ? {} : { segments: path.slice(1).split('/') }),
    ...(path === undefined || method === undefined || method === 'ANY' ? {} : { method }),
  };
};

describe('matchRoute()', () => {
  const routes = [
    '$default',
    'ANY /resize',
    'GET /pets/{id}',
    'ANY /pets/{proxy+}',
    'ANY /pets/{id}',
    'GET /pets/dog/1',
  ].map(route);

  test.each([
    ['GET', '/resize', 'ANY /resize', {}],
    ['HEAD', '/resize', 'ANY /resize', {}],
    ['GET', '/resize/', '$default', {}],
    ['GET', '/Resize', '$default', {}],
    ['GET', '/pets/6', 'GET /pets/{id}', { id: '6' }],
    ['PUT', '/pets/6', 'ANY /pets/{id}', { id: '6' }],
    ['GET', '/pets/dog/1', 'GET /pets/dog/1', {}],
    ['GET', '/pets/dog/2', 'ANY /pets/{proxy+}', { proxy: 'dog/2' }],
    ['GET', '/', '$default', {}],
  ])('§3.2 sends %s %s to the route %s', (method, path, key, parameters) => {
    const match = matchRoute(routes, method, path);
    expect([match?.route.key, match?.parameters]).toEqual([key, parameters]);
  });

  test('§3.2 finds nothing where no route fits and there is no $default', () => {
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
  stage: '$default',
  routes: [],
};
const request = (change: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'GET',
  target: '/',
  headers: {},
  body: new Uint8Array(),
  ip: '203.0.113.7',
  ...change,
});
const arrival = {
  requestId: 'ATfSmjLgPHcESJw=',
  traceId: 'Root=1-6a5145a9-1bae89e2512ec92d5d9438a0',
  epochMilliseconds: 1783711145766,
  path: '/resize',
  rawQuery: '',
};
const any = { route: route('ANY /resize'), parameters: {} };

describe('lambdaEvent()', () => {
  test('§3.1 writes format 2.0 to the byte', () => {
    const headers = {
      host: 'x',
      accept: '*/*',
      'user-agent': 'curl/8.7.1',
      connection: 'keep-alive',
      cookie: 'session=abc123; theme=dark',
    };
    const event = lambdaEvent(api, request({ headers }), any, { ...arrival, rawQuery: 'key=200x200/a+b.jpg' });
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
    ['q=a%2Bb', 'decodes', { q: 'a+b' }],
    ['q=a%252Bb', 'decodes once', { q: 'a%2Bb' }],
    ['q=C%23%20x&tag=', 'keeps an empty value', { q: 'C# x', tag: '' }],
    ['q=a=b', 'keeps further equals signs', { q: 'a=b' }],
    ['__proto__=x', 'takes any name', JSON.parse('{"__proto__":"x"}') as Record<string, string>],
    ['', 'leaves the field out without a query', undefined],
  ])('§3.1 %s: %s', (rawQuery, _, parameters) => {
    const event = lambdaEvent(api, request(), any, { ...arrival, rawQuery }) as Record<string, unknown>;
    expect(event.rawQueryString).toBe(rawQuery);
    expect(event.queryStringParameters).toEqual(parameters);
  });

  test('§3.1 puts a named stage into the path, and path parameters where there are any', () => {
    const match = { route: route('GET /pets/{id}'), parameters: { id: '6' } };
    const event = lambdaEvent({ ...api, stage: 'prod' }, request(), match, { ...arrival, path: '/pets/6' });
    expect(event).toMatchObject({
      rawPath: '/prod/pets/6',
      requestContext: { http: { path: '/prod/pets/6' }, stage: 'prod' },
      pathParameters: { id: '6' },
    });
  });

  test.each([
    ['application/octet-stream', 'AQIDBAU=', true],
    ['text/plain; charset=utf-8', '\u0001\u0002\u0003\u0004\u0005', false],
  ])('§3.1 gives a body of type %s as %j', (type, body, isBase64Encoded) => {
    const sent = request({ headers: { 'content-type': type }, body: Uint8Array.of(1, 2, 3, 4, 5) });
    expect(lambdaEvent(api, sent, any, arrival)).toMatchObject({
      body,
      isBase64Encoded,
      headers: { 'content-length': '5' },
    });
  });

  test('§3.1 adds the client to X-Forwarded-For', () => {
    const event = lambdaEvent(api, request({ headers: { 'x-forwarded-for': '198.51.100.1' } }), any, arrival);
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
      'a body that only says it is not base64 stays',
      { statusCode: 200, body: 'SGVsbG8=', isBase64Encoded: false },
      { body: 'SGVsbG8=' },
    ],
    ['a status written as text is taken', { statusCode: '201' }, { status: 201 }],
    [
      'a length that the Lambda gives is replaced',
      { statusCode: 200, headers: { 'content-length': '99' }, body: 'abc' },
      { headers: { 'content-length': '3' } },
    ],
    ['cookies become headers of their own', { statusCode: 200, cookies: ['a=1', 'b=2'] }, { cookies: ['a=1', 'b=2'] }],
    [
      'an object without statusCode is the JSON body of a 200',
      { hello: 1 },
      { status: 200, headers: { 'content-type': 'application/json' }, body: '{"hello":1}' },
    ],
    ['an empty object too', {}, { status: 200, body: '{}' }],
    [
      'a string is the body of a 200',
      'plain',
      { status: 200, headers: { 'content-type': 'application/json' }, body: 'plain' },
    ],
    ['a boolean is JSON', true, { status: 200, body: 'true' }],
    ['a list is JSON', [1], { status: 200, body: '[1]' }],
    ['nothing is the JSON null', null, { status: 200, body: 'null' }],
  ])('§3.2 %s', (_, value, expected) => {
    expect(reply(value)).toMatchObject(expected);
  });

  test.each<[string, unknown]>([
    ['a status with a fraction', { statusCode: 201.5 }],
    ['a status of 0', { statusCode: 0 }],
    ['a status that is no number', { statusCode: 'ok' }],
    ['headers that are a list', { statusCode: 200, headers: ['x'] }],
    ['a header that is an object', { statusCode: 200, headers: { a: {} } }],
    ['a body that is an object', { statusCode: 200, body: {} }],
    ['cookies that are no list', { statusCode: 200, cookies: 'a=1' }],
  ])('§3.2 does not take %s', (_, value) => {
    expect(reply(value)).toBeUndefined();
  });
});

describe('createTokenBucket()', () => {
  test('§3.3 lets a burst through, then as many as the rate gives', () => {
    const bucket = createTokenBucket({ rate: 2, burst: 3 });
    const taken = (now: number, times: number) => Array.from({ length: times }, () => bucket.take(now));
    expect(taken(0, 4)).toEqual([true, true, true, false]);
    expect(taken(500, 2)).toEqual([true, false]);
    expect(taken(60_000, 4)).toEqual([true, true, true, false]);
  });

  test('§3.3 gives nothing for a clock that stands still', () => {
    const bucket = createTokenBucket({ rate: 1000, burst: 1 });
    expect([bucket.take(5), bucket.take(5), bucket.take(4)]).toEqual([true, false, false]);
  });
});

describe('CORS of an HTTP API', () => {
  const rules: CorsRules = {
    allowOrigins: ['https://shop.example', 'http://*'],
    allowMethods: ['GET', 'HEAD'],
    allowHeaders: ['x-a'],
    exposeHeaders: ['etag'],
    allowCredentials: true,
    maxAgeSeconds: 60,
  };
  const from = (origin: string, method = 'GET') =>
    request({ method, headers: { origin, 'access-control-request-method': 'GET' } });

  test('§3.2 answers a preflight of an allowed origin', () => {
    expect(preflightReply(rules, from('https://shop.example'))).toMatchObject({
      status: 204,
      headers: {
        'access-control-allow-origin': 'https://shop.example',
        'access-control-allow-methods': 'GET,HEAD',
        'access-control-allow-headers': 'x-a',
        'access-control-allow-credentials': 'true',
        'access-control-max-age': '60',
      },
    });
  });

  test('§3.2 tells another origin nothing', () => {
    expect(preflightReply(rules, from('https://evil.example')).headers).toEqual({});
  });

  test.each([
    ['https://shop.example', 'https://shop.example'],
    ['http://any.example', 'http://any.example'],
    ['https://evil.example', undefined],
  ])('§3.2 adds to an answer for %s the allowed origin %s, and drops what the Lambda said', (origin, allowed) => {
    const answer = { status: 200, headers: { 'access-control-allow-origin': '*', etag: 'e' }, body: new Uint8Array() };
    const { headers } = withCors(rules, from(origin), answer);
    expect(headers['access-control-allow-origin']).toBe(allowed);
    expect(headers.etag).toBe('e');
  });

  test('§3.2 allows all origins by a star, and adds nothing to an answer that is not cross-origin', () => {
    const all = { ...rules, allowOrigins: ['*'], allowCredentials: false };
    const answer = { status: 200, headers: {}, body: new Uint8Array() };
    expect(withCors(all, from('https://x.example'), answer).headers['access-control-allow-origin']).toBe('*');
    expect(withCors(all, request(), answer).headers).toEqual({});
  });

  test('§3.2 takes an OPTIONS with origin and wanted method as a preflight, and no other', () => {
    expect(isPreflight(from('https://x.example', 'OPTIONS'))).toBe(true);
    expect(isPreflight(from('https://x.example', 'GET'))).toBe(false);
    expect(isPreflight(request({ method: 'OPTIONS' }))).toBe(false);
  });
});
