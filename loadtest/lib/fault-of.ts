import type { ErrorCode } from '../../src/core/service-error.ts';
import type { DefectCode } from './defects.ts';
import type { Answer } from './follow-redirects.ts';

/** The faults of the service have codes of their own; what they mean for a view that had to succeed. */
const byCode: Partial<Record<ErrorCode, DefectCode>> = {
  'store-slow': 'store-slow',
  'store-unavailable': 'store-unavailable',
  'store-refused': 'store-refused',
  'internal-error': 'service-fault',
};

/** Who is to blame for an answer that is no image. A 5xx of the API without a code of ours is API Gateway's own. */
export function faultOf({ status, body }: Pick<Answer, 'status' | 'body'>, isFromEdge: boolean): DefectCode {
  if (status === 429) return 'throttled';
  if (status < 500) return 'refused';
  if (isFromEdge) return 'edge-fault';
  return byCode[codeIn(body) as ErrorCode] ?? 'lambda-down';
}

/** The `code` of a reply in JSON, or `undefined`. */
export function codeIn(body: Uint8Array): string | undefined {
  // Replies of errors are short ASCII; whatever is longer is none of ours.
  if (body.length > 4096 || body[0] !== 0x7b) return undefined;
  return /"code"\s*:\s*"([a-z-]+)"/.exec(String.fromCharCode(...body))?.[1];
}
