import { STATUS_CODES } from 'node:http';
import type { Failure } from './failures.ts';

/** The two ids that S3 gives every answer. */
export interface RequestIds {
  readonly requestId: string;
  readonly hostId: string;
}

/** S3's own HTML, to the letter. `document` is why the custom error document could not be had either. */
export function errorPage(failure: Failure, ids: RequestIds, document?: Failure): string {
  return page(`${failure.status} ${STATUS_CODES[failure.status]}`, failure, ids, document);
}

/** The little page under the redirect from a folder without its slash. */
export function foundPage(ids: RequestIds): string {
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
