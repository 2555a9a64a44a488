import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { isFromEdge, requestFrom, resultFrom } from '../../../src/adapters/api-gateway.ts';

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
