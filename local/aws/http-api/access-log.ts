import type { HttpRequest, HttpResponse } from '../http/http.ts';
import type { InvokeResult } from '../lambda/lambda.ts';
import type { Properties } from '../template/properties.ts';
import type { Route } from './routes.ts';

/** What is known of a request while it is handled. */
export interface RequestContext {
  readonly requestId: string;
  readonly traceId: string;
  readonly epochMilliseconds: number;
  route?: Route;
  /** The message of an answer that API Gateway makes itself. */
  message?: string;
  invocation?: { readonly result: InvocationResult; readonly milliseconds: number };
}

/** The result of calling the Lambda. */
export type InvocationResult = InvokeResult | 'timeout' | 'forbidden';

/** The variables of an access log ("Customize HTTP API access logs"), as far as they are emulated. `-`: no value. */
export interface AccessRecord {
  readonly apiId: string;
  readonly dataProcessed: number;
  readonly 'error.message': string;
  readonly httpMethod: string;
  readonly 'identity.sourceIp': string;
  readonly 'identity.userAgent': string;
  readonly integrationErrorMessage: string;
  readonly integrationLatency: number | string;
  readonly integrationStatus: number | string;
  readonly requestId: string;
  readonly requestTimeEpoch: number;
  readonly responseLatency: number;
  readonly responseLength: number;
  readonly routeKey: string;
  readonly stage: string;
  readonly status: number;
}

const none = '-';

export function accessRecord(
  apiId: string,
  request: HttpRequest,
  response: HttpResponse,
  { requestId, epochMilliseconds, route, message = none, invocation }: RequestContext,
  milliseconds: number,
): AccessRecord {
  return {
    apiId,
    dataProcessed: request.body.byteLength + response.body.byteLength,
    'error.message': message,
    httpMethod: request.method,
    'identity.sourceIp': request.ip,
    'identity.userAgent': request.headers['user-agent'] ?? none,
    integrationErrorMessage: invocation ? integrationErrorOf(invocation.result, message) : none,
    integrationLatency: invocation ? Math.round(invocation.milliseconds) : none,
    integrationStatus: invocation ? lambdaStatusOf(invocation.result) : none,
    requestId,
    requestTimeEpoch: epochMilliseconds,
    responseLatency: Math.round(milliseconds),
    responseLength: response.body.byteLength,
    routeKey: route?.key ?? none,
    stage: '$default',
    status: response.status,
  };
}

/** The status of the Lambda service, not of the function's answer. */
function lambdaStatusOf(result: InvocationResult): number | string {
  if (typeof result !== 'object') return none;
  return result.outcome === 'refused' ? 429 : 200;
}

function integrationErrorOf(result: InvocationResult, message: string): string {
  if (result === 'timeout') return 'Timed out while waiting for the integration';
  if (result === 'forbidden') return 'API Gateway has no permission to call the Lambda function';
  if (result.outcome !== 'returned') return result.error.errorMessage;
  return message === none ? none : 'The response from the Lambda function is malformed';
}

export type AccessLogFormat = (record: AccessRecord) => string;

/** Complete by its type. */
const variables: Readonly<Record<keyof AccessRecord, true>> = {
  apiId: true,
  dataProcessed: true,
  'error.message': true,
  httpMethod: true,
  'identity.sourceIp': true,
  'identity.userAgent': true,
  integrationErrorMessage: true,
  integrationLatency: true,
  integrationStatus: true,
  requestId: true,
  requestTimeEpoch: true,
  responseLatency: true,
  responseLength: true,
  routeKey: true,
  stage: true,
  status: true,
};

const variable = /\$context\.([A-Za-z]+(?:\.[A-Za-z]+)*)/g;

export function readAccessLogFormat(settings: Properties): AccessLogFormat {
  const format = settings.text('Format');
  for (const [, name] of format.matchAll(variable)) {
    if (!isVariable(name)) throw settings.refusal('Format', `known variables: $context.${name} is not emulated`);
  }
  // Values usually stand in quotes, so what would end those is escaped.
  const escaped = (value: number | string) => JSON.stringify(String(value)).slice(1, -1);
  return (record) => format.replace(variable, (_, name: string) => (isVariable(name) ? escaped(record[name]) : ''));
}

function isVariable(name: string | undefined): name is keyof AccessRecord {
  return name !== undefined && Object.hasOwn(variables, name);
}
