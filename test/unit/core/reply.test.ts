import { describe, expect, it } from 'vitest';
import { config } from '../../../src/config.ts';
import {
  crossOriginHeaders,
  replyDerivative,
  replyError,
  replyPreflight,
  replyRedirect,
  withServerTiming,
} from '../../../src/core/reply.ts';
import { requestTime } from '../../../src/core/request-time.ts';
import { asServiceError, type ErrorCode, errorTable, ServiceError } from '../../../src/core/service-error.ts';

const errors: ServiceError[] = [
  new ServiceError('key-missing', {}),
  new ServiceError('key-malformed', { given: '<script>"', fault: 'is wrong' }),
  new ServiceError('edge-only', {}),
  new ServiceError('preset-unlisted', { given: '1x1', allowed: ['48x48'] }),
  new ServiceError('original-missing', { key: 'a.jpg' }),
  new ServiceError('method-not-allowed', { given: 'POST' }),
  new ServiceError('original-too-large', { what: 'bytes', actual: 2, limit: 1 }),
  new ServiceError('original-too-slow', { limitSeconds: 8 }),
  new ServiceError('type-unsupported', { seen: 'a PDF' }),
  new ServiceError('image-broken', { fault: 'cut' }),
  new ServiceError('original-replaced', { key: 'a.jpg' }),
  new ServiceError('store-unavailable', { doing: 'reading' }),
  new ServiceError('store-slow', { doing: 'reading' }),
  new ServiceError('store-refused', { doing: 'reading' }),
  new ServiceError('internal-error', {}),
];

const context = { requestId: 'request-1', refusalSeconds: 60, random: 0 };

describe('replyError()', () => {
  it('is asked here for every row of the table', () => {
    expect(errors.map(({ code }) => code).sort()).toEqual((Object.keys(errorTable) as ErrorCode[]).sort());
  });

  it.each(errors)('answers $code with JSON that names it, the message and the request', (error) => {
    const reply = replyError(error, context);
    expect(reply.headers).toMatchObject({
      'Content-Type': 'application/json',
      'X-Content-Type-Options': 'nosniff',
      ...crossOriginHeaders,
    });
    expect(JSON.parse(String(reply.body))).toEqual({
      code: error.code,
      message: error.message,
      requestId: 'request-1',
    });
  });

  it.each(errors)('lets $code be kept for seconds if it is a refusal, and not at all if it is a fault', (error) => {
    const { status, headers } = replyError(error, context);
    expect(headers['Cache-Control']).toBe(status < 500 ? 'max-age=60' : 'no-store');
    expect(replyError(error, { ...context, refusalSeconds: 0 }).headers['Cache-Control']).toBe('no-store');
  });

  it('says which methods are allowed', () => {
    expect(replyError(new ServiceError('method-not-allowed', { given: 'PUT' }), context).headers.Allow).toBe(
      'GET, HEAD, OPTIONS',
    );
  });

  it('spreads the retries after a fault of the store over some seconds', () => {
    const error = new ServiceError('store-unavailable', { doing: 'x' });
    const waits = [0, 0.3, 0.6, 0.999].map(
      (random) => replyError(error, { ...context, random }).headers['Retry-After'],
    );
    expect(waits).toEqual(['1', '2', '3', '4']);
    expect(replyError(new ServiceError('store-slow', { doing: 'x' }), context).headers['Retry-After']).toBeUndefined();
  });

  it('shortens what it quotes', () => {
    expect(new ServiceError('original-missing', { key: 'k'.repeat(5000) }).message.length).toBeLessThan(300);
  });
});

describe('asServiceError()', () => {
  it('takes whatever else was thrown as our fault, keeps the cause and tells the viewer nothing of it', () => {
    const cause = new TypeError('secret detail');
    const error = asServiceError(cause);
    expect(error).toMatchObject({ code: 'internal-error', status: 500, isFault: true, cause });
    expect(error.message).not.toContain('secret');
  });
});

describe('replyRedirect()', () => {
  it('forbids keeping the redirect: a kept 301 loops once the derivative is gone', () => {
    expect(replyRedirect('https://img.example.com/48x48/a.jpg')).toEqual({
      status: 301,
      headers: {
        Location: 'https://img.example.com/48x48/a.jpg',
        'Cache-Control': 'no-store',
        'X-Content-Type-Options': 'nosniff',
        ...crossOriginHeaders,
      },
    });
  });
});

describe('replyPreflight()', () => {
  it('allows any page to ask with any headers, for a day', () => {
    expect(replyPreflight()).toMatchObject({
      status: 204,
      headers: {
        'Access-Control-Allow-Origin': '*',
        'Access-Control-Allow-Headers': '*',
        'Access-Control-Max-Age': '86400',
      },
    });
  });
});

describe('replyDerivative()', () => {
  it('sends the bytes with their type and forbids keeping them: the copy to keep is the edge’s', () => {
    const bytes = new Uint8Array([1]);
    expect(replyDerivative({ bytes, contentType: 'image/webp' })).toEqual({
      status: 200,
      headers: {
        'Content-Type': 'image/webp',
        'Cache-Control': 'no-store',
        'X-Content-Type-Options': 'nosniff',
        ...crossOriginHeaders,
      },
      body: bytes,
    });
  });
});

describe('withServerTiming()', () => {
  it('names each phase with its milliseconds', () => {
    const reply = withServerTiming(replyRedirect('https://img.example.com/'), { get: 12.345, total: 20 });
    expect(reply.headers['Server-Timing']).toBe('get;dur=12.3, total;dur=20.0');
  });
});

const limits = { ...config.limits, requestMilliseconds: 12_000 };

it.each([
  ['the limit of the config, where Lambda gives more', 15_000, 12_000],
  ['what Lambda gives, less the time for the reply', 9_000, 8_500],
  ['nothing, where there is not even time for the reply', 400, 0],
])('requestTime() is %s', (_, remaining, expected) => {
  expect(requestTime(limits, remaining)).toBe(expected);
});
