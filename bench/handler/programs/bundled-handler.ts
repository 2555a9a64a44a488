/** The Lambda as it is deployed, called as Lambda calls it, against S3. */
import { pathToFileURL } from 'node:url';
import { serveWork } from '../../work-server.ts';
import type { HandlerJob } from '../cases.ts';
import { eventFor } from './event.ts';

const { handler } = await import(pathToFileURL(process.env.BUNDLE ?? '').href);
const context = { getRemainingTimeInMillis: () => 15_000 };

serveWork<HandlerJob>(async ({ key, preset, status }) => {
  const event = eventFor(preset, key);
  return {
    async run() {
      const { statusCode, body } = await handler(event, context);
      if (statusCode === status) return;
      throw new Error(`${preset}/${key} was answered ${statusCode}: expected ${status}. ${body}`);
    },
  };
});
