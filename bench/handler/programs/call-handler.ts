/** Calls a bundled handler as Lambda does, once for each message of the parent. */
import { pathToFileURL } from 'node:url';
import { bundleVariable, eventFor } from '../../run/invocation.ts';
import { reportUsage } from './usage.ts';

const { handler } = await import(pathToFileURL(process.env[bundleVariable] ?? '').href);
const context = { getRemainingTimeInMillis: () => 15_000 };

process.on('message', async (message: { readonly preset: string; readonly key: string } | 'usage') => {
  if (message === 'usage') return;
  const { statusCode } = await handler(eventFor(message.preset, message.key), context);
  process.send?.({ status: statusCode });
});
reportUsage();
process.send?.({ ready: true });
