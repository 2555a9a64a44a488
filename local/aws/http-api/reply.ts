import type { HttpResponse } from '../http/http.ts';
import { isRecord } from '../template/template.ts';

/** An answer of API Gateway itself: a status and one sentence. A 503 was recorded without Content-Type. */
export function gatewayReply(status: number, message: string): HttpResponse {
  const body = Buffer.from(JSON.stringify({ message }));
  return withBody(status, status === 503 ? {} : { 'content-type': 'application/json' }, body);
}

/**
 * The answer for what the Lambda returned ("Lambda function response for format 2.0"): a value without statusCode is the
 * body of a 200. `undefined`: API Gateway does not accept it. Cookies are not emulated.
 */
export function lambdaReply(payload: string): HttpResponse | undefined {
  const result: unknown = JSON.parse(payload);
  if (!isRecord(result) || result.statusCode === undefined) {
    const body = typeof result === 'string' ? result : payload;
    return withBody(200, { 'content-type': 'application/json' }, Buffer.from(body));
  }
  if (result.cookies !== undefined) throw new Error('The Lambda returned cookies, which are not emulated');
  const status = statusOf(result.statusCode);
  const headers = headersOf(result.headers ?? {});
  const body = bodyOf(result);
  if (status === undefined || !headers || !body) return undefined;
  const type = body.length > 0 && !headers['content-type'] && { 'content-type': 'text/plain; charset=utf-8' };
  return withBody(status, { ...headers, ...type }, body);
}

function withBody(status: number, headers: Readonly<Record<string, string>>, body: Uint8Array): HttpResponse {
  return { status, headers: { ...headers, 'content-length': String(body.byteLength) }, body };
}

function statusOf(value: unknown): number | undefined {
  const status = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return typeof status === 'number' && Number.isInteger(status) && status >= 100 && status <= 599 ? status : undefined;
}

/** API Gateway sets these itself. */
const gatewayHeaders = ['content-length', 'connection', 'transfer-encoding'];

function headersOf(value: unknown): Record<string, string> | undefined {
  if (!isRecord(value)) return undefined;
  const rows = Object.entries(value).filter(([name]) => !gatewayHeaders.includes(name.toLowerCase()));
  if (rows.some(([, one]) => !['string', 'number', 'boolean'].includes(typeof one))) return undefined;
  return Object.fromEntries(rows.map(([name, one]) => [name.toLowerCase(), String(one)]));
}

function bodyOf({ body, isBase64Encoded }: Readonly<Record<string, unknown>>): Buffer | undefined {
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (typeof body !== 'string') return undefined;
  return Buffer.from(body, isBase64Encoded === true ? 'base64' : 'utf8');
}
