import { randomBytes } from 'node:crypto';
import type { HttpRequest } from '../http/http.ts';

/** A viewer's request on its way through the edge, as a viewer-request function may have changed it. */
export interface ViewerRequest {
  readonly method: string;
  /** The path, still encoded. */
  readonly uri: string;
  /** Without its `?`, still encoded. */
  readonly query: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly ip: string;
  /** `X-Amz-Cf-Id`. */
  readonly id: string;
}

export function readViewerRequest({ method, target, headers, body, ip }: HttpRequest, id: string): ViewerRequest {
  const mark = target.indexOf('?');
  const uri = mark < 0 ? target : target.slice(0, mark);
  return { method, uri, query: mark < 0 ? '' : target.slice(mark + 1), headers, body, ip, id };
}

/** "Maximum length of a request and maximum length of a URL". */
export function isTooLarge({ uri, query, headers }: ViewerRequest): boolean {
  const target = uri.length + query.length + 1;
  let request = target;
  for (const name in headers) request += name.length + (headers[name]?.length ?? 0) + 4;
  return target + (headers.host?.length ?? 0) + 'https://'.length > 8_192 || request > 20_480;
}

/** Returns a function that makes ids of the form of `X-Amz-Cf-Id`: 56 characters, unique in this process, and cheap. */
export function createRequestIds(): () => string {
  const prefix = randomBytes(30).toString('base64url');
  let count = 0;
  return () => {
    count += 1;
    return `${prefix}${count.toString(36).padStart(14, '0')}==`;
  };
}
