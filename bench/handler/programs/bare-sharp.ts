/** Bytes in, sharp, bytes out: the least that a resize can cost. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { serveWork } from '../../run/work-server.ts';
import type { Job } from '../cases.ts';
import { bareResize } from './bare-resize.ts';

serveWork<Job>(({ file = '', preset }) => {
  const original = readFileSync(file);
  let derivative: Uint8Array = new Uint8Array();
  return {
    async run() {
      derivative = await bareResize(original, file, preset);
    },
    product: () => createHash('sha256').update(derivative).digest('hex'),
  };
});
