import { STATUS_CODES } from 'node:http';
import type { HttpResponse } from '../http/http.ts';
import type { Failure } from './failures.ts';
import { type FoundObject, nothing, objectHeaders } from './object-answer.ts';
import { headerSafe } from './routing-rules.ts';

const html = { 'content-type': 'text/html; charset=utf-8' };

/** S3's own error page. `document` says why the custom error document could not be read either. */
export function pageAnswer(failure: Failure, ids: RequestIds, document?: Failure): HttpResponse {
  const body = Buffer.from(errorPage(failure, ids, document));
  return { status: failure.status, headers: { ...html, ...errorHeaders(failure) }, body };
}

/** The error document keeps the status of the error and brings its own headers. */
export function documentAnswer(failure: Failure, document: FoundObject): HttpResponse {
  const headers = { ...objectHeaders(document), ...errorHeaders(failure) };
  return { status: failure.status, headers, body: document.body ?? nothing };
}

/** Redirects from the name of a folder to the folder: `docs` to `/docs/`. */
export function folderAnswer(location: string, ids: RequestIds): HttpResponse {
  const found = { 'x-amz-error-code': 'Found', 'x-amz-error-message': 'Resource Found' };
  return { status: 302, headers: { location, ...html, ...found }, body: Buffer.from(foundPage(ids)) };
}

function errorHeaders({ code, message, details }: Failure): Record<string, string> {
  const key = details.find(([name]) => name === 'Key')?.[1];
  return {
    'x-amz-error-code': code,
    'x-amz-error-message': message,
    ...(key !== undefined && { 'x-amz-error-detail-key': headerSafe(key) }),
  };
}

/** The two ids in every answer of S3. */
export interface RequestIds {
  readonly requestId: string;
  readonly hostId: string;
}

/** S3's own HTML, byte for byte. */
function errorPage(failure: Failure, ids: RequestIds, document?: Failure): string {
  return page(`${failure.status} ${STATUS_CODES[failure.status]}`, failure, ids, document);
}

/** The page of the redirect to a folder. */
function foundPage(ids: RequestIds): string {
  return page('302 Found', { code: 'Found', message: 'Resource Found', details: [] }, ids);
}

type Lines = Pick<Failure, 'code' | 'message' | 'details'>;

function page(title: string, lines: Lines, { requestId, hostId }: RequestIds, document?: Lines): string {
  const nested = document
    ? `<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>\n<ul>\n${items(document)}</ul>\n`
    : '';
  return `<html>
<head><title>${title}</title></head>
<body>
<h1>${title}</h1>
<ul>
${items(lines)}${item('RequestId', requestId)}${item('HostId', hostId)}</ul>
${nested}<hr/>
</body>
</html>
`;
}

function items({ code, message, details }: Lines): string {
  return [['Code', code] as const, ['Message', message] as const, ...details]
    .map(([name, value]) => item(name, value))
    .join('');
}

function item(name: string, value: string): string {
  return `<li>${name}: ${escapeHtml(value)}</li>\n`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
