import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { FaultEffect } from './faults.ts';

/** Lets the first bytes of a body through; then it ends the connection, or says nothing more until the client leaves. */
export function breakOff(
  fault: Extract<FaultEffect, { readonly cut: unknown } | { readonly stall: unknown }>,
  response: ServerResponse,
) {
  const place = 'cut' in fault ? fault.cut : fault.stall;
  const bytes = typeof place === 'object' ? place.afterBytes : 0;
  return async function* (body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let left = bytes;
    for await (const chunk of body) {
      if (left > 0) yield chunk.subarray(0, left);
      left -= chunk.length;
      if (left >= 0) continue;
      // Within the loop: to leave it would end the body, and with it the connection.
      if ('stall' in fault) await once(response, 'close');
      throw new Error('The body ends here because a fault was asked for');
    }
  };
}
