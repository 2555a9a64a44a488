import { randomBytes } from 'node:crypto';

/** Ids that look like `X-Amz-Cf-Id`: 56 characters, unique in this process and cheap, since every request has one. */
export function createRequestIds(): () => string {
  const prefix = randomBytes(30).toString('base64url');
  let count = 0;
  return () => {
    count += 1;
    return `${prefix}${count.toString(36).padStart(14, '0')}==`;
  };
}
