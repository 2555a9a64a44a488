import { describe, expect, it } from 'vitest';
import { createClock } from '../../../local/aws/clock.ts';
import { createEdgeFunction } from '../../../local/aws/cloudfront/edge-function.ts';
import { allViewer, anEdge, functionResource, type Setting } from './an-edge.ts';

const onRequest = (code: string, setting: Setting = {}) =>
  anEdge({ ...setting, functions: { 'viewer-request': code } });
const onResponse = (code: string, setting: Setting = {}) =>
  anEdge({ ...setting, functions: { 'viewer-response': code } });
const handler = (body: string) => `function handler(event) { ${body} }`;
const tell = handler('console.log(JSON.stringify(event)); return event.response || event.request;');

function eventOf({ logged }: { logged: readonly string[] }) {
  const line = logged.find((each) => each.includes('{')) ?? '';
  return JSON.parse(line.slice(line.indexOf('{')));
}

describe('the event', () => {
  it('of a viewer request', async () => {
    const edge = onRequest(tell);
    const headers = { accept: 'a, b', cookie: 'c=1; d=2; c=3', 'x-forwarded-proto': 'http', connection: 'close' };
    const { headers: answered } = await edge.ask('/a%20b.jpg?x=1&y=%20&x=2&z', { headers });
    expect(eventOf(edge)).toEqual({
      version: '1.0',
      context: {
        distributionDomainName: 'd111111abcdef8.cloudfront.net',
        distributionId: 'E123EXAMPLE',
        eventType: 'viewer-request',
        requestId: answered['x-amz-cf-id'],
      },
      viewer: { ip: '192.0.2.7' },
      request: {
        method: 'GET',
        uri: '/a%20b.jpg',
        querystring: {
          x: { value: '1', multiValue: [{ value: '1' }, { value: '2' }] },
          y: { value: '%20' },
          z: { value: '' },
        },
        headers: { host: { value: 'img.example.com' }, accept: { value: 'a, b' } },
        cookies: {},
      },
    });
  });

  it.each([
    ['rewritten', '/b.jpg'],
    ['asked', '/a.jpg'],
  ] as const)('of a viewer response shows the %s URI', async (responseUri, uri) => {
    const edge = anEdge({
      responseUri,
      functions: {
        'viewer-request': handler("event.request.uri = '/b.jpg'; return event.request;"),
        'viewer-response': tell,
      },
    });
    await edge.ask('/a.jpg');
    expect(eventOf(edge).request.uri).toBe(uri);
    expect(edge.records[0]?.rewrittenUri).toBe('/b.jpg');
  });

  it('of a viewer response: status, headers and no body', async () => {
    const edge = onResponse(tell, {
      origin: () => ({
        headers: { 'content-type': 'text/plain' },
        body: 'secret',
      }),
    });
    expect(await edge.ask()).toMatchObject({ text: 'secret' });
    const { context, response } = eventOf(edge);
    expect(context.eventType).toBe('viewer-response');
    expect(response).toEqual({
      statusCode: 200,
      statusDescription: 'OK',
      headers: {
        'content-type': { value: 'text/plain' },
        'content-length': { value: '6' },
        via: { value: expect.any(String) },
      },
      cookies: {},
    });
  });
});

describe('a viewer-request function', () => {
  it('that changes the uri changes key and origin path, but not the behaviour', async () => {
    const edge = onRequest(handler("event.request.uri = '/api' + event.request.uri; return event.request;"), {
      behaviours: [{ PathPattern: '/api/*', TargetOriginId: 'api' }],
      cachePolicy: { MinTTL: 0, DefaultTTL: 60, MaxTTL: 60 },
    });
    await edge.ask('/x');
    expect(edge.asked[0]?.target).toBe('/api/x');
    expect(edge.secondAsked).toHaveLength(0);
    expect((await edge.ask('/x')).xCache).toBe('Hit');
    expect(edge.cloudFront.invalidate(['/api/x'])).toBe(1);
  });

  it('that leaves the query alone leaves it to the letter, and can rewrite it', async () => {
    const all = allViewer;
    const same = onRequest(handler('return event.request;'), { originRequestPolicyId: all });
    await same.ask('/a?b=2&a=1&b=3&&c');
    expect(same.asked[0]?.target).toBe('/a?b=2&a=1&b=3&&c');
    const changed = onRequest(handler("event.request.querystring.c = { value: '4' }; return event.request;"), {
      originRequestPolicyId: all,
    });
    await changed.ask('/a?b=2&a=1&b=3&d');
    expect(changed.asked[0]?.target).toBe('/a?b=2&b=3&a=1&d&c=4');
  });

  it('can add and remove headers, and keeps cookies', async () => {
    const code = handler(`
      event.request.headers['x-new'] = { value: 'new' };
      delete event.request.headers['x-old'];
      return event.request;`);
    const edge = onRequest(code, { originRequestPolicyId: allViewer });
    await edge.ask('/a', { headers: { 'x-old': 'old', cookie: 'a=1' } });
    expect(edge.asked[0]?.headers).toMatchObject({ 'x-new': 'new', cookie: 'a=1' });
    expect(edge.asked[0]?.headers).not.toHaveProperty('x-old');
  });

  it('that answers by itself stops everything: no origin, no cache, no second function', async () => {
    const edge = anEdge({
      functions: {
        'viewer-request': handler(
          "return { statusCode: 302, statusDescription: 'Found', headers: { location: { value: '/b' } }, body: 'gone' };",
        ),
        'viewer-response': handler("throw new Error('must not run');"),
      },
    });
    const answer = await edge.ask();
    expect([answer.status, answer.headers.location, answer.text]).toEqual([302, '/b', 'gone']);
    expect(answer.headers).toMatchObject({
      'x-cache': 'FunctionGeneratedResponse from cloudfront',
      'content-length': '4',
    });
    expect(edge.asked).toHaveLength(0);
  });

  it.each([
    ['text', "'hello'", 'hello'],
    ['text with its encoding', "{ encoding: 'text', data: 'hello' }", 'hello'],
    ['base64', "{ encoding: 'base64', data: 'aGVsbG8=' }", 'hello'],
  ])('a body as %s', async (_, body, text) => {
    expect((await onRequest(handler(`return { statusCode: 200, body: ${body} };`)).ask()).text).toBe(text);
  });

  it('an error that a function makes or ends in gets no custom page', async () => {
    const config = {
      CustomErrorResponses: [404, 503].map((ErrorCode) => ({
        ErrorCode,
        ResponseCode: 200,
        ResponsePagePath: '/sorry',
      })),
    };
    expect((await onRequest(handler('return { statusCode: 404 };'), { config }).ask()).status).toBe(404);
    expect((await onRequest(handler("throw new Error('x');"), { config }).ask()).status).toBe(503);
  });

  it('a rewrite that is not idempotent grows with each round', async () => {
    const edge = onRequest(handler("event.request.uri += '.webp'; return event.request;"), {
      origin: ({ target }) => ({ status: 307, headers: { location: `https://img.example.com${target}` } }),
    });
    const first = await edge.ask('/a.jpg');
    const second = await edge.ask(new URL(first.headers.location ?? '').pathname);
    expect(second.headers.location).toBe('https://img.example.com/a.jpg.webp.webp');
  });
});

describe('a viewer-response function', () => {
  it('runs on every request, hits included, and changes what the viewer sees, not the cache', async () => {
    const edge = onResponse(
      handler(
        "event.response.headers['x-run'] = { value: String(event.response.headers.age && event.response.headers.age.value) }; return event.response;",
      ),
      {
        cachePolicy: { MinTTL: 0, DefaultTTL: 60, MaxTTL: 60 },
        origin: () => ({ body: 'hello' }),
      },
    );
    const answers = [await edge.ask(), await edge.ask()];
    expect(answers.map(({ headers, text }) => [headers['x-run'], text])).toEqual([
      ['undefined', 'hello'],
      ['0', 'hello'],
    ]);
    expect(edge.asked).toHaveLength(1);
  });

  it('runs on redirects', async () => {
    const edge = onResponse(tell, { origin: () => ({ status: 307 }) });
    await edge.ask();
    expect(eventOf(edge).response.statusCode).toBe(307);
  });

  it.each([404, 503])('does not run when the origin answered %i, even where the viewer gets a 200', async (status) => {
    const edge = onResponse(handler("throw new Error('must not run');"), {
      origin: ({ target }) => (target === '/sorry' ? { body: 'sorry' } : { status }),
      config: { CustomErrorResponses: [{ ErrorCode: 404, ResponseCode: 200, ResponsePagePath: '/sorry' }] },
    });
    for (const _ of ['fresh', 'from the cache']) expect((await edge.ask()).status).toBe(status === 404 ? 200 : 503);
  });

  it('can change status and body', async () => {
    const edge = onResponse(handler("return { statusCode: 403, headers: {}, body: 'no' };"));
    expect(await edge.ask()).toMatchObject({ status: 403, text: 'no', headers: { 'content-length': '2' } });
  });

  it('sees the headers that a response headers policy has put in', async () => {
    const edge = onResponse(tell, {
      responseHeadersPolicy: { CustomHeadersConfig: { Items: [{ Header: 'X-Policy', Value: 'yes', Override: true }] } },
    });
    await edge.ask();
    expect(eventOf(edge).response.headers['x-policy']).toEqual({ value: 'yes' });
  });
});

describe('what a function may not do', () => {
  it.each([
    ['returns nothing', ''],
    ['returns text', "return 'no';"],
    ['returns the whole event', 'return event;'],
    ['has a uri without its slash', "event.request.uri = 'a'; return event.request;"],
    ['changes the method', "event.request.method = 'POST'; return event.request;"],
    ['sets Host', "event.request.headers.host = { value: 'x' }; return event.request;"],
    ['sets Via', "event.request.headers.via = { value: 'x' }; return event.request;"],
    ['adds a disallowed header', "event.request.headers['x-edge-key'] = { value: 'x' }; return event.request;"],
    ['writes a header in capital letters', "event.request.headers['X-New'] = { value: 'x' }; return event.request;"],
    ['writes a header as text', "event.request.headers['x-new'] = 'x'; return event.request;"],
    ['writes a space into the query', "event.request.querystring.a = { value: 'b c' }; return event.request;"],
    ['answers with a status as text', "return { statusCode: '200' };"],
    ['sets a cookie', "event.request.cookies.a = { value: '1' }; return event.request;"],
    ['answers with a status of 99', 'return { statusCode: 99 };'],
    ['answers with a body of another encoding', "return { statusCode: 200, body: { encoding: 'gzip', data: 'x' } };"],
    ['answers with broken base64', "return { statusCode: 200, body: { encoding: 'base64', data: '***' } };"],
  ])('a viewer-request function that %s: 502', async (_, code) => {
    const edge = onRequest(handler(code));
    const answer = await edge.ask('/a', { headers: { 'x-old': '1' } });
    expect([answer.status, answer.xCache]).toEqual([502, 'Error']);
    expect(edge.records[0]?.detail).toMatch(/^FunctionValidationError: viewer-request: /);
    expect(edge.asked).toHaveLength(0);
  });

  it.each([
    ['changes Via', "event.response.headers.via = { value: 'x' }; return event.response;"],
    ['adds X-Cache', "event.response.headers['x-cache'] = { value: 'x' }; return event.response;"],
    ['returns the request', 'return event.request;'],
  ])('a viewer-response function that %s: 502', async (_, code) => {
    expect((await onResponse(handler(code)).ask()).status).toBe(502);
  });

  it.each([
    ['throws', "throw new Error('broken');", 'broken'],
    ['uses a timer', 'setTimeout(() => {}, 1);', 'setTimeout is not defined'],
    ['uses the network', "fetch('http://localhost/');", 'fetch is not defined'],
    ['looks for the process', 'process.exit();', 'process is not defined'],
    ['evaluates text', "eval('1');", 'Code generation from strings disallowed'],
    ['makes a function of text', "new Function('return 1')();", 'Code generation from strings disallowed'],
    ['assigns to what is not declared, since it runs in strict mode', 'undeclared = 1;', 'undeclared is not defined'],
    ['uses a method of ES 13', "Object.hasOwn({}, 'a');", 'Object.hasOwn is not a function'],
    ['uses another one', '[1].at(0);', '.at is not a function'],
    ['never ends', 'while (true) {}', 'timed out'],
    ['is async', 'return Promise.resolve(event.request);', 'async'],
  ])('a function that %s: 503', async (_, code, message) => {
    const edge = onRequest(handler(code));
    expect((await edge.ask()).status).toBe(503);
    expect(edge.records[0]?.detail).toContain('FunctionExecutionError: viewer-request: ');
    expect(edge.records[0]?.detail).toContain(message);
  });

  it("time in a function is the chain's", async () => {
    const edge = onRequest(
      handler(
        'return { statusCode: 200, body: [new Date().toISOString(), Date.now(), new Date(0).getTime()].join(" ") };',
      ),
    );
    edge.seconds(60);
    expect((await edge.ask()).text).toBe(`2026-11-25T00:01:00.000Z ${Date.UTC(2026, 10, 25, 0, 1)} 0`);
  });
});

describe('the log of a function', () => {
  it('has the request id before each line, START and END around them, and its own log group', async () => {
    const edge = onRequest(handler("console.log('one', 2); console.log('three'); return event.request;"));
    const id = (await edge.ask()).headers['x-amz-cf-id'];
    expect(edge.logged).toEqual(
      ['START DistributionID: E123EXAMPLE', 'one 2', 'three', 'END'].map(
        (line) => `/aws/cloudfront/function/viewer-request ${id} ${line}`,
      ),
    );
  });

  it('is empty when nothing is printed, and tells what was printed before an error', async () => {
    const quiet = onRequest(handler('return event.request;'));
    await quiet.ask();
    expect(quiet.logged).toEqual([]);
    const failing = onRequest(handler("console.log('before'); throw new Error('x');"));
    await failing.ask();
    expect(failing.logged.some((line) => line.endsWith('before'))).toBe(true);
  });

  it('is cut off after 10 KB', async () => {
    const edge = onRequest(
      handler("for (let i = 0; i < 20; i += 1) console.log('x'.repeat(1024)); return event.request;"),
    );
    await edge.ask();
    expect(edge.logged.filter((line) => line.includes('xxx'))).toHaveLength(10);
  });
});

describe('createEdgeFunction() refuses by name', () => {
  const create =
    (code: string, changes: object = {}) =>
    () =>
      createEdgeFunction({
        resource: functionResource('Count', code, changes),
        distributionId: 'E',
        clock: createClock(),
        log: () => {},
      });
  const fine = handler('return event.request;');

  it.each([
    [
      'code over 10 KB',
      create(`${fine}//${'x'.repeat(10_240)}`),
      /^Count: FunctionCode has 10\d+ bytes: expected at most 10240/,
    ],
    ['an imported module', create(`import cf from 'cloudfront';\n${fine}`), /^Count: FunctionCode loads a module/],
    ['a required module', create(`const crypto = require('crypto'); ${fine}`), /^Count: FunctionCode loads a module/],
    [
      'another runtime',
      create(fine, { FunctionConfig: { Runtime: 'cloudfront-js-1.0' } }),
      /^Count: FunctionConfig\.Runtime is "cloudfront-js-1\.0"/,
    ],
    [
      'code without a handler',
      create('function other() {}'),
      /^Count: FunctionCode is .* expected code that defines the function handler/,
    ],
    ['code that does not compile', create('function handler( {'), /^Count: FunctionCode does not run: SyntaxError/],
    ['a function that is not published', create(fine, { AutoPublish: false }), /^Count: AutoPublish is false/],
  ])('%s', (_, creating, message) => {
    expect(creating).toThrow(message);
  });
});
