import type { ServiceConfig } from '../config.ts';

/** Left for the reply, after the store's calls have been aborted and before Lambda ends the call. */
const marginMilliseconds = 500;

/** How long a request may take, in milliseconds, when Lambda would end it after so many. */
export function requestTime({ requestMilliseconds }: ServiceConfig['limits'], remainingMilliseconds: number): number {
  return Math.max(0, Math.min(requestMilliseconds, remainingMilliseconds - marginMilliseconds));
}
