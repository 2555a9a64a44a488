import { randomUUID } from 'node:crypto';
import type { Invoke } from '../doors.ts';
import type { InvokeResult } from '../emulators/lambda/lambda.ts';
import type { Between } from '../world.ts';
import type { LambdaMode } from './contract.ts';

/** What stands between API Gateway and the Lambda in each mode. `log` gets what Lambda would write. */
export function invokeIn(
  mode: LambdaMode,
  imageUrl: string,
  log: (line: string) => void,
): NonNullable<Between['invoke']> | undefined {
  switch (mode) {
    case 'own':
      return undefined;
    case 'article':
      return (call, lambda) => articleLambda(call, lambda, imageUrl);
    case 'exits':
      return async () => {
        const requestId = randomUUID();
        const errorMessage = `RequestId: ${requestId} Error: Runtime exited with error: exit status 1`;
        log(`${errorMessage}\nRuntime.ExitError`);
        return { outcome: 'failed', requestId, error: { errorType: 'Runtime.ExitError', errorMessage } };
      };
    case 'throttled':
      return async () => ({
        outcome: 'refused',
        error: { errorType: 'TooManyRequestsException', errorMessage: 'Rate Exceeded.' },
      });
  }
}

/**
 * The Lambda as articles and AWS's own sample of this chain have it (awslabs/serverless-image-resizing): it does its work
 * and then redirects, whatever came of it and whatever was there before, by a 301 without Cache-Control. The real one
 * runs; only its last word is changed.
 */
async function articleLambda(call: Parameters<Invoke>, lambda: Invoke, imageUrl: string): Promise<InvokeResult> {
  const result = await lambda(...call);
  const [, event] = call;
  const { rawQueryString = '' } = JSON.parse(event) as { rawQueryString?: string };
  const [, key] = /(?:^|&)key=(.+)$/.exec(rawQueryString) ?? [];
  if (result.outcome !== 'returned' || key === undefined) return result;
  return { ...result, payload: JSON.stringify({ statusCode: 301, headers: { Location: `${imageUrl}/${key}` } }) };
}
