import { expect, test } from 'vitest';
import type { Hop } from '../../../local/console/contract.ts';
import { explainError } from '../../../local/console/describe-view.ts';
import { errorTable } from '../../../src/core/service-error.ts';

const hop = (endpoint: Hop['endpoint'], status: number, headers: Hop['headers'] = {}): Hop => ({
  endpoint,
  from: 'network',
  url: 'http://a/',
  status,
  headers,
  bytes: 0,
  milliseconds: 1,
  steps: [],
  description: '',
});
const noHint = explainError(hop('edge', 418), 'tea').hint;

test('every error of the service has a hint of its own', () => {
  const hints = Object.keys(errorTable).map((code) => explainError(hop('api', 418), JSON.stringify({ code })).hint);
  expect(new Set([...hints, noHint])).toHaveProperty('size', hints.length + 1 - 0);
});

test.each([
  ['the service', hop('api', 415), '{"code":"type-unsupported","message":"It is text."}', 'It is text.'],
  ['API Gateway', hop('api', 503), '{"message":"Service Unavailable"}', 'Service Unavailable'],
  [
    'the website',
    hop('edge', 404, { 'x-amz-error-code': 'NoSuchKey', 'x-amz-error-message': 'No such key.' }),
    '<html>',
    'S3: NoSuchKey: No such key.',
  ],
])('explainError() takes the message of %s and adds a hint', (_, last, body, message) => {
  const error = explainError(last, body);
  expect(error.message).toBe(message);
  expect(error.hint).not.toBe(noHint);
});

test.each(['tea', 'null', '[]'])('explainError() names the status when the body says nothing: %s', (body) => {
  expect(explainError(hop('edge', 418), body)).toEqual({ message: '418 without a message', hint: noHint });
});
