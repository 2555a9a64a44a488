import { describe, expect, test } from 'vitest';
import { adviceByCode, adviceOn } from '../../../local/console/advice.ts';
import type { Hop } from '../../../local/console/contract.ts';
import { errorTable } from '../../../src/core/service-error.ts';

const hop = (place: Hop['place'], status: number, headers: Hop['headers'] = {}): Hop => ({
  place,
  from: 'network',
  method: 'GET',
  url: 'http://a/',
  status,
  headers,
  bytes: 0,
  milliseconds: 1,
  steps: [],
  says: '',
});

describe('adviceOn()', () => {
  test('knows what to do about every error that the service can give, and about none that it cannot', () => {
    expect(Object.keys(adviceByCode).sort()).toEqual(Object.keys(errorTable).sort());
  });

  test.each([
    [
      'the service',
      hop('api', 415),
      '{"code":"type-unsupported","message":"The original is text."}',
      'The original is text.',
      /JPEG, PNG/,
    ],
    ['API Gateway', hop('api', 503), '{"message":"Service Unavailable"}', 'Service Unavailable', /concurrency/],
    [
      'S3 at the edge',
      hop('edge', 404, { 'x-amz-error-code': 'NoSuchKey', 'x-amz-error-message': 'No such key.' }),
      '<html>',
      'S3 says NoSuchKey: No such key.',
      /routing rule/,
    ],
    ['nobody knows whom', hop('edge', 418), 'tea', '418 without a message', /log below/],
    ['JSON that is no object', hop('api', 500), 'null', '500 without a message', /log below|its log/],
  ])('takes the words of %s and adds what to do', (_, last, body, message, todo) => {
    const advice = adviceOn(last, body);
    expect(advice.message).toBe(message);
    expect(advice.todo).toMatch(todo);
  });
});
