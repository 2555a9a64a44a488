import { type EdgeAnswer, edgeError } from './edge-answer.ts';
import type { EdgeFunction } from './edge-function.ts';
import { type DistributionNames, requestEvent, responseEvent } from './function-event.ts';
import { readRequestResult, readResponseResult } from './function-result.ts';
import type { ViewerRequest } from './viewer-request.ts';

/** The request to go on with, or an answer at once: no cache, no policy, no second function ("Generate an HTTP response"). */
export async function runOnRequest(
  edgeFunction: EdgeFunction,
  viewer: ViewerRequest,
  names: DistributionNames,
): Promise<ViewerRequest | EdgeAnswer> {
  const event = requestEvent(viewer, names);
  const outcome = await edgeFunction.run(event);
  if ('failed' in outcome) return executionError(edgeFunction, viewer, outcome.failed);
  try {
    const result = readRequestResult(outcome.returned, viewer, event);
    edgeFunction.note('ran');
    if (!('status' in result)) return result;
    const body = result.body ?? new Uint8Array(0);
    const headers = { server: 'CloudFront', ...result.headers, 'content-length': String(body.length) };
    return { status: result.status, headers, cookies: result.cookies, body, result: 'FunctionGeneratedResponse' };
  } catch (error) {
    return validationError(edgeFunction, viewer, error);
  }
}

export async function runOnResponse(
  edgeFunction: EdgeFunction,
  viewer: ViewerRequest,
  answer: EdgeAnswer,
  names: DistributionNames,
): Promise<EdgeAnswer> {
  const outcome = await edgeFunction.run(responseEvent(viewer, answer, names));
  if ('failed' in outcome) return executionError(edgeFunction, viewer, outcome.failed);
  try {
    const { status, headers, cookies, body } = readResponseResult(outcome.returned, answer.headers);
    edgeFunction.note('ran');
    if (body === undefined) return { ...answer, status, headers, cookies };
    return { ...answer, status, headers: { ...headers, 'content-length': String(body.length) }, cookies, body };
  } catch (error) {
    return validationError(edgeFunction, viewer, error);
  }
}

/** "HTTP 503 status code (function execution error)". */
function executionError({ logicalId, note }: EdgeFunction, { id }: ViewerRequest, error: Error): EdgeAnswer {
  note('execution-error');
  const detail = `FunctionExecutionError: ${logicalId}: ${error.message}`;
  return edgeError(503, 'The function of this distribution failed.', id, detail);
}

/** What CloudFront does not accept of a function is a 502 ("Restrictions on all edge functions"). */
function validationError({ logicalId, note }: EdgeFunction, { id }: ViewerRequest, error: unknown): EdgeAnswer {
  note('validation-error');
  const detail = `FunctionValidationError: ${logicalId}: ${error instanceof Error ? error.message : error}`;
  return edgeError(502, 'The function of this distribution gave an invalid result.', id, detail);
}
