/** The Lambda's own entry on stores in memory: what it costs more than sharp is our own code. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { eventFor } from '../../run/invocation.ts';
import { serveWork } from '../../run/work-server.ts';
import type { Job } from '../cases.ts';

const load = (variable: string) => import(pathToFileURL(process.env[variable] ?? '').href);
const { handler } = await load('HANDLER');
const { originals, derivatives }: typeof import('./memory-stores.ts') = await load('STORES');
const context = { getRemainingTimeInMillis: () => 15_000 };

serveWork<Job>(async ({ file, key, preset, status }) => {
  if (file) originals.set(key, readFileSync(file));
  const event = eventFor(preset, key);
  const derivativeKey = `${preset}/${key}`;
  // Makes the derivative that exists.
  if (status === 200) await handler(event, context);
  return {
    beforeEach: () => status === 301 && derivatives.delete(derivativeKey),
    async run() {
      const { statusCode } = await handler(event, context);
      if (statusCode !== status) throw new Error(`${derivativeKey} was answered ${statusCode}: expected ${status}`);
    },
    product() {
      const stored = derivatives.get(derivativeKey);
      return stored && createHash('sha256').update(stored.bytes).digest('hex');
    },
  };
});
