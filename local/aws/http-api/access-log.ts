import type { Properties } from '../template/properties.ts';

/** One request as the access log sees it: `-` stands for what there is not ("Customize HTTP API access logs"). */
export interface AccessRecord {
  readonly accountId: string;
  readonly apiId: string;
  readonly awsEndpointRequestId: string;
  readonly dataProcessed: number;
  readonly domainName: string;
  readonly domainPrefix: string;
  readonly 'error.message': string;
  readonly 'error.messageString': string;
  readonly 'error.responseType': string;
  readonly extendedRequestId: string;
  readonly httpMethod: string;
  readonly 'identity.sourceIp': string;
  readonly 'identity.userAgent': string;
  readonly 'integration.error': string;
  readonly 'integration.integrationStatus': number | string;
  readonly 'integration.latency': number | string;
  readonly 'integration.requestId': string;
  readonly 'integration.status': number | string;
  readonly integrationErrorMessage: string;
  readonly integrationLatency: number | string;
  readonly integrationStatus: number | string;
  readonly path: string;
  readonly protocol: string;
  readonly requestId: string;
  readonly requestTime: string;
  readonly requestTimeEpoch: number;
  readonly responseLatency: number;
  readonly responseLength: number;
  readonly routeKey: string;
  readonly stage: string;
  readonly status: number;
}

export type AccessLogFormat = (record: AccessRecord) => string;

/** The names that a format may use; it must be complete, so the compiler holds it against the record. */
const variables: Readonly<Record<keyof AccessRecord, true>> = {
  accountId: true,
  apiId: true,
  awsEndpointRequestId: true,
  dataProcessed: true,
  domainName: true,
  domainPrefix: true,
  'error.message': true,
  'error.messageString': true,
  'error.responseType': true,
  extendedRequestId: true,
  httpMethod: true,
  'identity.sourceIp': true,
  'identity.userAgent': true,
  'integration.error': true,
  'integration.integrationStatus': true,
  'integration.latency': true,
  'integration.requestId': true,
  'integration.status': true,
  integrationErrorMessage: true,
  integrationLatency: true,
  integrationStatus: true,
  path: true,
  protocol: true,
  requestId: true,
  requestTime: true,
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
  return (record) => format.replace(variable, (_, name: string) => (isVariable(name) ? written(name, record) : ''));
}

/** Values stand within quotes as a rule, so what would end those is escaped; `messageString` brings its own quotes. */
function written(name: keyof AccessRecord, record: AccessRecord): string {
  const quoted = JSON.stringify(String(record[name]));
  return name === 'error.messageString' ? quoted : quoted.slice(1, -1);
}

function isVariable(name: string | undefined): name is keyof AccessRecord {
  return name !== undefined && Object.hasOwn(variables, name);
}
