import { S3Client } from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { ServiceConfig } from '../config.ts';

type Limits = Pick<ServiceConfig['limits'], 'connectMilliseconds' | 'attemptMilliseconds'>;
type Handle = NodeHttpHandler['handle'];

/**
 * A client of S3 that does not wait for a silent connection, as the SDK does by default. It makes three attempts with
 * random pauses between them. The second may take twice as long as the first, the third three times: otherwise a store
 * that is slow for all would be asked three times and answer nobody.
 */
export function s3Client(limits: Limits, region: string | undefined): S3Client {
  const client = new S3Client({
    requestHandler: new ImpatientHandler(limits),
    // The SDK would check every body chunk by chunk, and most by CRC-64 in JavaScript: S3 gives that checksum to what was
    // uploaded without one, and 12 megapixels take 28 ms. `readWhole` checks CRC-32, which is native.
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(region !== undefined && { region }),
  });
  client.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        const { headers } = args.request as { headers: Record<string, string> };
        if (commandName === 'GetObjectCommand') headers['x-amz-checksum-mode'] = 'ENABLED';
        return next(args);
      },
    { step: 'build', name: 'askForChecksum' },
  );
  return client;
}

class ImpatientHandler extends NodeHttpHandler {
  private readonly attemptMilliseconds: number;

  constructor({ connectMilliseconds, attemptMilliseconds }: Limits) {
    super({ connectionTimeout: connectMilliseconds, throwOnRequestTimeout: true });
    this.attemptMilliseconds = attemptMilliseconds;
  }

  override handle(request: Parameters<Handle>[0], options?: Parameters<Handle>[1]): ReturnType<Handle> {
    // The header by which the SDK numbers its attempts: `attempt=2; max=3`.
    const attempt = Number(/attempt=(\d+)/.exec(request.headers['amz-sdk-request'] ?? '')?.[1] ?? 1);
    return super.handle(request, { ...options, requestTimeout: attempt * this.attemptMilliseconds });
  }
}
