/** A decoder that cannot be stopped, in a process of its own, as Lambda has it: the process must end. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { apiEvent, startTestHandler } from '../fixtures/handler.ts';
import { startTestS3, type TestS3 } from '../fixtures/s3.ts';
import { jpegOfManyScans } from '../fixtures/scan-bomb.ts';

let s3: TestS3;
beforeAll(async () => {
  s3 = await startTestS3();
});
afterAll(() => s3.stop());

it('ends the process without waiting for the decoder, and names the image in its last line', async () => {
  // Also sets the variables that the other process inherits.
  const { putOriginal } = await startTestHandler(s3, { variables: { POWERTOOLS_LOG_LEVEL: 'INFO' } });
  await putOriginal('bomb.jpg', jpegOfManyScans());
  const event = apiEvent('key=200x200/bomb.jpg', 'GET');
  const script = join(import.meta.dirname, '../fixtures/hanging-lambda.ts');
  const lambda = spawn(process.execPath, [script, JSON.stringify(event)], { stdio: ['ignore', 'inherit', 'pipe'] });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => {
    lambda.on('close', (_code, signal) => resolve(signal));
  });
  const lastLine = (await text(lambda.stderr)).trim().split('\n').at(-1) ?? '';
  // An exit of its own would have waited for the decoder, and has no signal.
  expect(await ended).toBe('SIGKILL');
  expect(JSON.parse(lastLine)).toMatchObject({
    level: 'ERROR',
    code: 'decoder-hangs',
    preset: '200x200',
    key: 'bomb.jpg',
    correlation_id: event.requestContext.requestId,
  });
});
