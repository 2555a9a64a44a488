import { randomBytes } from 'node:crypto';

/** A trace id in the format of X-Ray. */
export function newTraceId(epochMilliseconds: number): string {
  const seconds = Math.floor(epochMilliseconds / 1000).toString(16);
  return `Root=1-${seconds}-${randomBytes(12).toString('hex')}`;
}
