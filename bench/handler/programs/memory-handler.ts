/** The handler as `src/handler.ts` builds it, with stores in memory: what is left is what we cost. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { requestFrom, resultFrom } from '../../../src/adapters/api-gateway.ts';
import { powertoolsTelemetry } from '../../../src/adapters/powertools-telemetry.ts';
import { sharpTransformer } from '../../../src/adapters/sharp-transformer.ts';
import { config } from '../../../src/config.ts';
import { allowedPresets } from '../../../src/core/presets.ts';
import { replyError, withServerTiming } from '../../../src/core/reply.ts';
import { asServiceError } from '../../../src/core/service-error.ts';
import { resizeImage, type Service } from '../../../src/resize-image.ts';
import { serveWork } from '../../work-server.ts';
import type { HandlerJob } from '../cases.ts';
import { costlessStore } from './costless-store.ts';
import { eventFor } from './event.ts';

const store = costlessStore();
const telemetry = powertoolsTelemetry({ stage: 'bench', serviceVersion: 'bench' });
const service: Service = {
  config,
  allowed: allowedPresets(config.presets),
  locationEncoding: 'once',
  imageBaseUrl: 'https://img.example.com',
  originals: store.originals,
  derivatives: store.derivatives,
  transform: sharpTransformer(config),
};

async function handle(event: APIGatewayProxyEventV2) {
  const { method, key, requestId } = requestFrom(event);
  const request = telemetry.begin(requestId);
  const signal = AbortSignal.timeout(config.limits.requestMilliseconds);
  try {
    const reply = await resizeImage({ method, key, signal, now: Date.now(), telemetry: request }, service);
    return resultFrom(withServerTiming(reply, request.finish(reply.status)), method);
  } catch (thrown) {
    const error = asServiceError(thrown);
    const reply = replyError(error, requestId, config);
    return resultFrom(withServerTiming(reply, request.finish(reply.status, error)), method);
  }
}

serveWork<HandlerJob>(async ({ file, key, preset, keep, status }) => {
  if (file) store.pictures.set(key, readFileSync(file));
  const event = eventFor(preset, key);
  const derivativeKey = `${preset}/${key}`;
  if (keep) await handle(event);
  return {
    async run() {
      if (!keep) store.held.delete(derivativeKey);
      const { statusCode } = await handle(event);
      if (statusCode !== status) throw new Error(`${derivativeKey} was answered ${statusCode}: expected ${status}`);
    },
    product() {
      const stored = store.held.get(derivativeKey);
      return stored && createHash('sha256').update(stored.bytes).digest('hex');
    },
  };
});
