/** Bytes in, sharp, bytes out: the least that a resize can cost. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { serveWork } from '../../work-server.ts';
import type { HandlerJob } from '../cases.ts';
import { bareResize } from './bare.ts';
import { formatOfFile } from './format.ts';

serveWork<HandlerJob>(async ({ file, preset }) => {
  if (!file) throw new Error('The bare pipeline was given no photograph: expected one');
  const original = readFileSync(file);
  let derivative: Uint8Array = new Uint8Array();
  return {
    async run() {
      derivative = await bareResize(original, formatOfFile(file), preset);
    },
    product: () => createHash('sha256').update(derivative).digest('hex'),
  };
});
