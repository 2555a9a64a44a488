import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { isFromEdge, requestFrom, resultFrom } from '../../../src/adapters/api-gateway.ts';
import { readCanaryEnvironment, readResizeEnvironment } from '../../../src/adapters/environment.ts';

const event = (rawQueryString: string, method = 'GET') =>
  ({ rawQueryString, requestContext: { requestId: 'r1', http: { method } } }) as APIGatewayProxyEventV2;

describe('requestFrom()', () => {
  it.each([
    ['key=200x200/a.jpg', '200x200/a.jpg'],
    ['key=200x200/a&b=c+d.jpg', '200x200/a&b=c+d.jpg'],
    ['key=200x200/key=b.jpg', '200x200/key=b.jpg'],
    ['v=2&key=200x200/a.jpg', '200x200/a.jpg'],
    ['key=200x200/a.jpg&key=200x200/b.jpg', '200x200/a.jpg&key=200x200/b.jpg'],
    ['key=200x200/a%20b%2Fc.jpg', '200x200/a%20b%2Fc.jpg'],
    ['key=', ''],
    ['monkey=200x200/a.jpg', undefined],
    ['', undefined],
  ])('takes from the query %j the key %j, still encoded', (query, key) => {
    expect(requestFrom(event(query))).toEqual({ method: 'GET', key, requestId: 'r1' });
  });
});

describe('isFromEdge()', () => {
  const secrets = ['newer', 'older'];
  const from = (headers: Record<string, string>) => isFromEdge({ ...event(''), headers }, secrets);

  it('accepts both generations of the secret, and nothing else', () => {
    expect(from({ 'x-origin-verify': 'newer' })).toBe(true);
    expect(from({ 'x-origin-verify': 'older' })).toBe(true);
    for (const value of ['', 'newe', 'newer,older', 'Newer']) expect(from({ 'x-origin-verify': value })).toBe(false);
    expect(from({ referer: 'newer' })).toBe(false);
  });
});

describe('resultFrom()', () => {
  const headers = { 'X-Content-Type-Options': 'nosniff' };

  it('sends bytes as base64, also from the middle of a larger buffer', () => {
    const body = new Uint8Array([9, 1, 2, 3, 9]).subarray(1, 4);
    expect(resultFrom({ status: 200, headers, body }, 'GET')).toEqual({
      statusCode: 200,
      headers,
      body: Buffer.from([1, 2, 3]).toString('base64'),
      isBase64Encoded: true,
    });
  });

  it('sends text as it is', () => {
    expect(resultFrom({ status: 404, headers, body: '{}' }, 'GET')).toEqual({ statusCode: 404, headers, body: '{}' });
  });

  it.each([undefined, '{}', new Uint8Array([1])])('sends no body with a HEAD, when the reply has %j', (body) => {
    expect(resultFrom({ status: 200, headers, ...(body !== undefined && { body }) }, 'HEAD')).toEqual({
      statusCode: 200,
      headers,
    });
  });
});

const shared = { ORIGINALS_BUCKET: 'originals', DERIVATIVES_BUCKET: 'derivatives', STAGE: 'staging' };
const ownHost = { ...shared, IMAGE_BASE_URL: 'https://img.example.com', LOCATION_ENCODING: 'once' };
const [one, two] = ['1', '2'].map((digit) => digit.repeat(48));

describe('readResizeEnvironment()', () => {
  it('reads the addresses of an API on its own host, which is open', () => {
    expect(readResizeEnvironment(ownHost)).toMatchObject({
      originalsBucket: 'originals',
      originalsRegion: undefined,
      derivativesBucket: 'derivatives',
      imageBaseUrl: 'https://img.example.com',
      stage: 'staging',
      locationEncoding: 'once',
      originSecrets: undefined,
    });
  });

  it('needs no host of images where it is on theirs, and reads keys as S3 reads paths', () => {
    expect(readResizeEnvironment({ ...shared, ORIGIN_SECRETS: `${two},${one}` })).toMatchObject({
      originSecrets: [two, one],
      imageBaseUrl: '',
      locationEncoding: 'form',
    });
  });

  it('names every variable that is missing, at once', () => {
    for (const name of Object.keys(ownHost)) {
      expect(() => readResizeEnvironment({})).toThrow(`${name}: "" given, expected`);
    }
  });

  it.each([
    ['IMAGE_BASE_URL', 'https://img.example.com/'],
    ['IMAGE_BASE_URL', 'img.example.com'],
    ['LOCATION_ENCODING', 'base64'],
  ])('refuses %s = %j', (name, value) => {
    expect(() => readResizeEnvironment({ ...ownHost, [name]: value })).toThrow(
      `${name}: ${JSON.stringify(value)} given`,
    );
  });

  it.each(['{{resolve:secretsmanager:x}}', `${one},`, 'short'])(
    'refuses the secrets %j without showing them',
    (value) => {
      const read = () => readResizeEnvironment({ ...shared, ORIGIN_SECRETS: value });
      expect(read).toThrow(`ORIGIN_SECRETS: ${value.length} characters given`);
      expect(read).not.toThrow(value);
    },
  );
});

describe('readCanaryEnvironment()', () => {
  it('reads where images are, and where its own are kept', () => {
    const variables = { ...shared, IMAGE_BASE_URL: 'https://img.example.com', CANARY_PREFIX: 'loadtest/canary/' };
    expect(readCanaryEnvironment(variables)).toMatchObject({
      imageBaseUrl: 'https://img.example.com',
      prefix: 'loadtest/canary/',
    });
    expect(() => readCanaryEnvironment({ ...variables, CANARY_PREFIX: 'canary' })).toThrow('CANARY_PREFIX');
  });
});
