/** The Lambda's own entry on stores in memory: what is left is what we cost. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { serveWork } from '../../work-server.ts';
import type { HandlerJob } from '../cases.ts';
import { eventFor } from './event.ts';

const load = (variable: string) => import(pathToFileURL(process.env[variable] ?? '').href);
const { handler } = await load('HANDLER');
const { images, held }: typeof import('./costless-store.ts') = await load('STORE');
const context = { getRemainingTimeInMillis: () => 15_000 };

serveWork<HandlerJob>(async ({ file, key, preset, keep, status }) => {
  if (file) images.set(key, readFileSync(file));
  const event = eventFor(preset, key);
  const derivativeKey = `${preset}/${key}`;
  if (keep) await handler(event, context);
  return {
    async run() {
      if (!keep) held.delete(derivativeKey);
      const { statusCode } = await handler(event, context);
      if (statusCode !== status) throw new Error(`${derivativeKey} was answered ${statusCode}: expected ${status}`);
    },
    product() {
      const stored = held.get(derivativeKey);
      return stored && createHash('sha256').update(stored.bytes).digest('hex');
    },
  };
});
