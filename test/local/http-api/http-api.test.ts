import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { HttpRequest } from '../../../local/aws/http/http.ts';
import { readApis } from '../../../local/aws/http-api/api-definition.ts';
import { type ApiSwitches, createHttpApi } from '../../../local/aws/http-api/http-api.ts';
import type { InvokeResult } from '../../../local/aws/lambda/lambda.ts';
import { invokePermissions } from '../../../local/aws/lambda/lambda-function.ts';
import { resolveTemplate } from '../../../local/aws/template/resolve.ts';
import type { JsonObject } from '../../../local/aws/template/template.ts';

const account = {
  region: 'us-east-1',
  accountId: '123456789012',
  partition: 'aws',
  urlSuffix: 'amazonaws.com',
  stackName: 'S',
};
const functionArn = 'arn:aws:lambda:us-east-1:123456789012:function:resize:live';

interface Change {
  readonly api?: JsonObject;
  readonly stage?: JsonObject;
  readonly integration?: JsonObject;
  readonly route?: JsonObject;
  readonly permission?: JsonObject;
}

function template({ api, stage, integration, route, permission }: Change) {
  const ApiId = { Ref: 'Api' };
  return resolveTemplate(
    {
      Resources: {
        Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'HTTP', ...api } },
        Log: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: 'access' } },
        Stage: {
          Type: 'AWS::ApiGatewayV2::Stage',
          Properties: {
            ApiId,
            StageName: '$default',
            AutoDeploy: true,
            AccessLogSettings: {
              DestinationArn: { 'Fn::GetAtt': ['Log', 'Arn'] },
              Format:
                '{"id":"$context.requestId","route":"$context.routeKey","status":"$context.status","bytes":"$context.responseLength","agent":"$context.identity.userAgent","lambda":"$context.integrationStatus","error":"$context.error.message","lambdaError":"$context.integrationErrorMessage"}',
            },
            ...stage,
          },
        },
        Integration: {
          Type: 'AWS::ApiGatewayV2::Integration',
          Properties: {
            ApiId,
            IntegrationType: 'AWS_PROXY',
            PayloadFormatVersion: '2.0',
            IntegrationUri: functionArn,
            ...integration,
          },
        },
        Route: {
          Type: 'AWS::ApiGatewayV2::Route',
          Properties: {
            ApiId,
            RouteKey: 'ANY /resize',
            Target: { 'Fn::Join': ['/', ['integrations', { Ref: 'Integration' }]] },
            ...route,
          },
        },
        Permission: {
          Type: 'AWS::Lambda::Permission',
          Properties: {
            Action: 'lambda:InvokeFunction',
            FunctionName: functionArn,
            Principal: 'apigateway.amazonaws.com',
            SourceArn: { 'Fn::Join': ['', ['arn:aws:execute-api:us-east-1:123456789012:', ApiId, '/*/*/resize']] },
            ...permission,
          },
        },
      },
    },
    account,
  );
}

const returned = (value: unknown): InvokeResult => ({
  outcome: 'returned',
  requestId: 'lambda-id',
  payload: JSON.stringify(value),
});

/** An API of the template with a Lambda that answers as told; `ask` sends one request. */
function startApi(
  invoke: () => InvokeResult | Promise<InvokeResult> = () => returned({ statusCode: 200, body: 'ok' }),
  change: Change = {},
  switches: ApiSwitches = { lambdaThrottled: '503' },
) {
  const resolved = template(change);
  const [api] = readApis(resolved);
  if (!api) throw new Error('The template has no API');
  const events: unknown[] = [];
  const lines: string[] = [];
  let now = 0;
  const handler = createHttpApi({
    api,
    permissions: invokePermissions(resolved),
    invoke: async (arn, event) => {
      events.push({ arn, event: JSON.parse(event) });
      return invoke();
    },
    switches,
    clock: { now: () => now },
    log: (group, line) => lines.push(`${group} ${line}`),
  });
  return {
    events,
    lines,
    forward: (milliseconds: number) => {
      now += milliseconds;
    },
    async ask(target = '/resize', request: Partial<HttpRequest> = {}) {
      const answer = await handler({
        method: 'GET',
        target,
        headers: {},
        body: new Uint8Array(),
        ip: '127.0.0.1',
        ...request,
      });
      return { ...answer, text: Buffer.from(answer.body).toString() };
    },
  };
}

describe('The HTTP API emulator', () => {
  test('calls the alias that the integration names, with the query as it came', async () => {
    const { ask, events } = startApi();
    await ask('/resize?key=200x200/a%20b+c?d=e');
    expect(events).toMatchObject([
      { arn: functionArn, event: { rawQueryString: 'key=200x200/a%20b+c?d=e', rawPath: '/resize' } },
    ]);
  });

  test('gives the answer of the Lambda with Apigw-Requestid and Date', async () => {
    const { ask } = startApi(() => returned({ statusCode: 301, headers: { Location: 'https://d1.cloudfront.net/a' } }));
    expect(await ask()).toMatchObject({
      status: 301,
      headers: {
        location: 'https://d1.cloudfront.net/a',
        'content-length': '0',
        'apigw-requestid': expect.stringMatching(/^[\w+/]{15}=$/),
        date: 'Thu, 01 Jan 1970 00:00:00 GMT',
      },
    });
  });

  test('sends a HEAD the length of a body that it keeps', async () => {
    const { ask } = startApi();
    const answer = await ask('/resize', { method: 'HEAD' });
    expect([answer.headers['content-length'], answer.text]).toEqual(['2', '']);
  });

  const throttled: InvokeResult = {
    outcome: 'refused',
    error: { errorType: 'TooManyRequestsException', errorMessage: 'Rate Exceeded.' },
  };
  test.each<[string, InvokeResult, ApiSwitches, number, string]>([
    ['returns a bad status', returned({ statusCode: 1.5 }), { lambdaThrottled: '503' }, 500, 'Internal Server Error'],
    ['has no concurrency left (reported)', throttled, { lambdaThrottled: '503' }, 503, 'Service Unavailable'],
    ['has no concurrency left (other setting)', throttled, { lambdaThrottled: '500' }, 500, 'Internal Server Error'],
  ])('answers in its own words when the Lambda %s', async (_, result, switches, status, message) => {
    const { ask } = startApi(() => result, {}, switches);
    expect(await ask()).toMatchObject({ status, text: JSON.stringify({ message }) });
  });

  test('answers 503 when the Lambda takes longer than the integration may', async () => {
    const slow = async () => {
      await wait(2_000);
      return returned('late');
    };
    const { ask } = startApi(slow, { integration: { TimeoutInMillis: 60 } });
    const answer = await ask();
    expect(answer).toMatchObject({ status: 503, text: '{"message":"Service Unavailable"}' });
    expect(answer.headers).not.toHaveProperty('content-type');
  });

  test.each([
    ['GET', '/', 404, 'Not Found'],
    ['GET', '/resize/x', 404, 'Not Found'],
    ['GET', '/a%25b', 400, 'Bad Request'],
  ])('answers %s %s itself: %i %s', async (method, target, status, message) => {
    const { ask, events } = startApi();
    expect(await ask(target, { method })).toMatchObject({ status, text: JSON.stringify({ message }) });
    expect(events).toEqual([]);
  });

  test('throttles by the stage and lets through what the rate gives', async () => {
    const { ask, forward } = startApi(undefined, {
      stage: { DefaultRouteSettings: { ThrottlingBurstLimit: 2, ThrottlingRateLimit: 10 } },
    });
    const statuses = async (times: number) => {
      const seen = [];
      for (let i = 0; i < times; i++) seen.push((await ask()).status);
      return seen;
    };
    expect(await statuses(3)).toEqual([200, 200, 429]);
    expect((await ask()).text).toBe('{"message":"Too Many Requests"}');
    forward(100);
    expect(await statuses(2)).toEqual([200, 429]);
  });

  test('refuses more than 10,240 bytes of request line and headers, and a body over 10 MB', async () => {
    const { ask, events } = startApi();
    expect((await ask(`/resize?key=${'x'.repeat(10_300)}`)).status).toBe(431);
    expect((await ask('/resize', { headers: { 'x-long': 'x'.repeat(10_300) } })).status).toBe(431);
    expect((await ask('/resize', { method: 'POST', body: new Uint8Array(10_000_001) })).status).toBe(413);
    expect(events).toEqual([]);
  });

  test('calls a Lambda only where a permission names the API and the route', async () => {
    const { ask, events, lines } = startApi(undefined, {
      permission: { SourceArn: 'arn:aws:execute-api:us-east-1:123456789012:other/*/*/resize' },
    });
    expect(await ask()).toMatchObject({ status: 500, text: '{"message":"Internal Server Error"}' });
    expect(events).toEqual([]);
    expect(lines[0]).toContain('no permission');
  });

  test('answers a preflight that no route takes; one for ANY goes to the Lambda', async () => {
    const cors = { CorsConfiguration: { AllowOrigins: ['*'], AllowMethods: ['GET'] } };
    const preflight = { method: 'OPTIONS', headers: { origin: 'https://x', 'access-control-request-method': 'GET' } };
    const own = startApi(undefined, { api: cors, route: { RouteKey: 'GET /resize' } });
    expect(await own.ask('/resize', preflight)).toMatchObject({
      status: 204,
      headers: { 'access-control-allow-origin': '*' },
    });
    expect(own.events).toEqual([]);
    const any = startApi(undefined, { api: cors });
    expect((await any.ask('/resize', preflight)).status).toBe(200);
    expect(any.events).toHaveLength(1);
  });

  test("writes an access log line in the stage's format, with what API Gateway knows", async () => {
    const { ask, lines } = startApi();
    await ask('/resize', { headers: { 'user-agent': 'say "hi"' } });
    await ask('/nowhere');
    const [first, second] = lines.map((line) => {
      expect(line).toMatch(/^access /);
      return JSON.parse(line.slice('access '.length)) as Record<string, string>;
    });
    expect(first).toMatchObject({
      route: 'ANY /resize',
      status: '200',
      bytes: '2',
      agent: 'say "hi"',
      lambda: '200',
      error: '-',
      lambdaError: '-',
    });
    expect(second).toMatchObject({
      route: '-',
      status: '404',
      lambda: '-',
      error: 'Not Found',
      agent: '-',
    });
  });
});

describe('readApis()', () => {
  test.each<[string, Change, string]>([
    [
      'payload format 1.0',
      { integration: { PayloadFormatVersion: '1.0' } },
      'Integration: PayloadFormatVersion is "1.0": expected one of 2.0',
    ],
    ['a named stage', { stage: { StageName: 'prod' } }, 'StageName is "prod": expected one of $default'],
    ['CORS for listed origins', { api: { CorsConfiguration: { AllowOrigins: ['https://x'] } } }, 'AllowOrigins'],
    ['an authorizer', { route: { AuthorizationType: 'JWT' } }, 'AuthorizationType'],
    [
      'a variable of the access log that it does not know',
      { stage: { AccessLogSettings: { DestinationArn: 'arn:log-group:access', Format: '$context.authorizer.x' } } },
      '$context.authorizer.x is not emulated',
    ],
  ])('refuses %s', (_, change, message) => {
    expect(() => readApis(template(change))).toThrow(message);
  });

  test('reads the ARN of a Lambda out of the long form of an integration', () => {
    const uri = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`;
    const [api] = readApis(template({ integration: { IntegrationUri: uri } }));
    expect(api?.routes[0]?.integration).toEqual({ functionArn, timeoutMilliseconds: 30_000 });
  });
});
