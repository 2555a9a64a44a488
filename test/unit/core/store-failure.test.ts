import { describe, expect, it } from 'vitest';
import { ServiceError } from '../../../src/core/service-error.ts';
import { isAbsent, isOvertaken, isReplaced, storeFailure } from '../../../src/core/store-failure.ts';

const thrown = (name: string, httpStatusCode?: number) =>
  Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });
const open = new AbortController().signal;

describe('isAbsent()', () => {
  it.each([
    [true, thrown('NoSuchKey', 404)],
    [true, thrown('NotFound', 404)],
    [true, thrown('InvalidObjectState', 403)],
    [false, thrown('NoSuchBucket', 404)],
    [false, thrown('AccessDenied', 403)],
    [false, new Error('socket hang up')],
    [false, undefined],
  ])('says %s of %s', (expected, error) => expect(isAbsent(error)).toBe(expected));
});

describe('isReplaced()', () => {
  it.each([
    [true, thrown('PreconditionFailed', 412)],
    [false, thrown('NoSuchKey', 404)],
  ])('says %s of %s', (expected, error) => {
    expect(isReplaced(error)).toBe(expected);
  });
});

describe('isOvertaken()', () => {
  it.each([
    [true, thrown('PreconditionFailed', 412)],
    [true, thrown('ConditionalRequestConflict', 409)],
    [true, thrown('NoSuchKey', 404)],
    [false, thrown('NoSuchBucket', 404)],
    [false, thrown('SlowDown', 503)],
  ])('says %s of %s', (expected, error) => expect(isOvertaken(error)).toBe(expected));
});

describe('storeFailure()', () => {
  it.each([
    ['store-unavailable', thrown('SlowDown', 503)],
    ['store-unavailable', thrown('InternalError', 500)],
    ['store-unavailable', thrown('TooManyRequests', 429)],
    ['store-unavailable', thrown('PreconditionFailed', 412)],
    ['store-unavailable', Object.assign(new Error('aborted'), { code: 'ECONNRESET' })],
    ['store-unavailable', Object.assign(new Error('reset'), { name: 'TimeoutError', code: 'ECONNRESET' })],
    ['store-unavailable', Object.assign(new Error('closed'), { name: 'TimeoutError', code: 'EPIPE' })],
    ['store-slow', Object.assign(new Error('silent'), { name: 'TimeoutError', code: 'ETIMEDOUT' })],
    ['store-slow', Object.assign(new Error('no connection'), { name: 'TimeoutError' })],
    ['store-refused', thrown('AccessDenied', 403)],
    ['store-refused', thrown('NoSuchBucket', 404)],
    ['store-refused', thrown('PermanentRedirect', 301)],
    ['store-refused', thrown('KMS.DisabledException', 400)],
  ])('calls it %s when the client throws %s', (code, cause) => {
    expect(storeFailure(cause, 'reading the original', open)).toMatchObject({ code, cause });
  });

  it('calls it slow once the time is up, whatever was thrown then', () => {
    expect(storeFailure(thrown('AbortError'), 'x', AbortSignal.abort()).code).toBe('store-slow');
  });

  it('hands a refusal on as it is', () => {
    const refusal = new ServiceError('type-unsupported', { seen: 'a PDF' });
    expect(storeFailure(refusal, 'x', AbortSignal.abort())).toBe(refusal);
  });
});
