import type { HttpRequest, HttpResponse } from '../http/http.ts';
import type { InvokeResult } from '../lambda/lambda.ts';
import type { AccessRecord } from './access-log.ts';
import type { ApiDefinition } from './api-definition.ts';
import { requestTime } from './event.ts';
import type { Match } from './routes.ts';

/** What is known of a request while it is handled, for the access log. */
export interface RequestContext {
  readonly requestId: string;
  readonly traceId: string;
  readonly epochMilliseconds: number;
  path: string;
  match?: Match;
  /** What API Gateway answers itself, in place of the Lambda. */
  message?: string;
  invocation?: { readonly result: Outcome; readonly milliseconds: number };
}

/** The result of calling the Lambda. */
export type Outcome = InvokeResult | 'timeout' | 'forbidden';

/** What stands for a value that there is not. */
const none = '-';

export function accessRecord(
  api: ApiDefinition,
  request: HttpRequest,
  response: HttpResponse,
  { requestId, epochMilliseconds, path, match, message = none, invocation }: RequestContext,
  milliseconds: number,
): AccessRecord {
  const result = invocation?.result;
  const answered = typeof result === 'object' ? result : undefined;
  // The status of the Lambda service, and that of the function's answer.
  const serviceStatus = answered === undefined ? none : answered.outcome === 'refused' ? 429 : 200;
  const functionStatus = answered?.outcome === 'returned' ? response.status : none;
  const lambdaRequestId = answered && answered.outcome !== 'refused' ? answered.requestId : none;
  const latency = invocation ? Math.round(invocation.milliseconds) : none;
  const integrationError = result === undefined ? none : integrationErrorOf(result, message);
  return {
    accountId: api.accountId,
    apiId: api.apiId,
    awsEndpointRequestId: lambdaRequestId,
    dataProcessed: request.body.byteLength + response.body.byteLength,
    domainName: api.domainName,
    domainPrefix: api.apiId,
    'error.message': message,
    'error.messageString': message,
    'error.responseType': message === none ? none : (responseTypes[response.status] ?? 'DEFAULT_5XX'),
    extendedRequestId: requestId,
    httpMethod: request.method,
    'identity.sourceIp': request.ip,
    'identity.userAgent': request.headers['user-agent'] ?? none,
    'integration.error': integrationError,
    'integration.integrationStatus': serviceStatus,
    'integration.latency': latency,
    'integration.requestId': lambdaRequestId,
    'integration.status': functionStatus,
    integrationErrorMessage: integrationError,
    integrationLatency: latency,
    integrationStatus: serviceStatus,
    path,
    protocol: 'HTTP/1.1',
    requestId,
    requestTime: requestTime(epochMilliseconds),
    requestTimeEpoch: epochMilliseconds,
    responseLatency: Math.round(milliseconds),
    responseLength: response.body.byteLength,
    routeKey: match?.route.key ?? none,
    stage: api.stage,
    status: response.status,
  };
}

const responseTypes: Readonly<Record<number, string>> = {
  400: 'BAD_REQUEST_BODY',
  404: 'RESOURCE_NOT_FOUND',
  413: 'REQUEST_TOO_LARGE',
  429: 'THROTTLED',
  500: 'INTEGRATION_FAILURE',
  503: 'INTEGRATION_TIMEOUT',
};

function integrationErrorOf(result: Outcome, message: string): string {
  if (result === 'timeout') return 'Timed out while waiting for the integration';
  if (result === 'forbidden') return 'API Gateway has no permission to call the Lambda function';
  if (result.outcome !== 'returned') return result.error.errorMessage;
  return message === none ? none : 'The response from the Lambda function is malformed';
}
