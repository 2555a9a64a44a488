import type { HttpResponse } from '../http/http.ts';

/** What API Gateway says by itself: a status and one sentence. A 503 was recorded without Content-Type. */
export function gatewayReply(status: number, message: string): HttpResponse {
  const body = Buffer.from(JSON.stringify({ message }));
  return withBody(status, status === 503 ? {} : { 'content-type': 'application/json' }, body);
}

/**
 * Makes an answer of what the Lambda returned ("Lambda function response for format 2.0"): without a statusCode anything
 * is the body of a 200; what has one must have it right. `undefined` when API Gateway would not take it.
 */
export function lambdaReply(payload: string): HttpResponse | undefined {
  const result: unknown = JSON.parse(payload);
  if (!isRecord(result) || result.statusCode === undefined) {
    // A string is taken as it is, everything else as JSON.
    return withBody(
      200,
      { 'content-type': 'application/json' },
      Buffer.from(typeof result === 'string' ? result : payload),
    );
  }
  const status = statusOf(result.statusCode);
  const headers = headersOf(result.headers);
  const body = bodyOf(result);
  const cookies = cookiesOf(result.cookies);
  if (status === undefined || !headers || !body || !cookies) return undefined;
  const type =
    body.length > 0 && headers['content-type'] === undefined ? { 'content-type': 'text/plain; charset=utf-8' } : {};
  return { ...withBody(status, { ...headers, ...type }, body), ...(cookies.length > 0 ? { cookies } : {}) };
}

function withBody(status: number, headers: Readonly<Record<string, string>>, body: Uint8Array): HttpResponse {
  return { status, headers: { ...headers, 'content-length': String(body.byteLength) }, body };
}

function statusOf(value: unknown): number | undefined {
  const status = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return typeof status === 'number' && Number.isInteger(status) && status >= 100 && status <= 599 ? status : undefined;
}

/** Lengths and connections are the gateway's own affair. */
const gatewayHeaders = ['content-length', 'connection', 'transfer-encoding'];

function headersOf(value: unknown): Record<string, string> | undefined {
  if (value === undefined || value === null) return {};
  if (!isRecord(value)) return undefined;
  const rows = Object.entries(value).filter(([name]) => !gatewayHeaders.includes(name.toLowerCase()));
  if (rows.some(([, one]) => !['string', 'number', 'boolean'].includes(typeof one))) return undefined;
  return Object.fromEntries(rows.map(([name, one]) => [name.toLowerCase(), String(one)]));
}

function bodyOf({ body, isBase64Encoded }: Record<string, unknown>): Buffer | undefined {
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (typeof body !== 'string') return undefined;
  return Buffer.from(body, isBase64Encoded === true ? 'base64' : 'utf8');
}

function cookiesOf(value: unknown): readonly string[] | undefined {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
