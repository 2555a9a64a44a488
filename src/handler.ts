/** The Lambda: builds the adapters once, then turns each event into a reply. */
import { S3Client } from '@aws-sdk/client-s3';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { requestFrom, resultFrom } from './adapters/api-gateway.ts';
import { readEnvironment } from './adapters/environment.ts';
import { powertoolsTelemetry } from './adapters/powertools-telemetry.ts';
import { s3Derivatives, s3Originals } from './adapters/s3-image-store.ts';
import { sharpTransformer } from './adapters/sharp-transformer.ts';
import { config } from './config.ts';
import { allowedPresets } from './core/presets.ts';
import { replyError, withServerTiming } from './core/reply.ts';
import { asServiceError } from './core/service-error.ts';
import { resizeImage, type Service } from './resize-image.ts';

/** Left for the reply, after the store's calls have been aborted and before Lambda ends the call. */
const marginMilliseconds = 500;

const environment = readEnvironment(process.env);
const { originalsBucket, originalsRegion, derivativesBucket, serviceVersion } = environment;
const client = new S3Client({});
const originalsClient = originalsRegion ? new S3Client({ region: originalsRegion }) : client;
const telemetry = powertoolsTelemetry(environment);

const service: Service = {
  config,
  allowed: allowedPresets(config.presets),
  locationEncoding: environment.locationEncoding,
  imageBaseUrl: environment.imageBaseUrl,
  originals: s3Originals(originalsClient, originalsBucket, config.limits),
  derivatives: s3Derivatives(client, derivativesBucket, serviceVersion, config.limits),
  transform: sharpTransformer(config),
};

export async function handler(
  event: APIGatewayProxyEventV2,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
): Promise<APIGatewayProxyStructuredResultV2> {
  const { method, key, requestId } = requestFrom(event);
  const request = telemetry.begin(requestId);
  const left = context.getRemainingTimeInMillis() - marginMilliseconds;
  const signal = AbortSignal.timeout(Math.max(0, Math.min(config.limits.requestMilliseconds, left)));
  try {
    const reply = await resizeImage({ method, key, signal, now: Date.now(), telemetry: request }, service);
    return resultFrom(withServerTiming(reply, request.finish(reply.status)), method);
  } catch (thrown) {
    const error = asServiceError(thrown);
    const reply = replyError(error, requestId, config);
    return resultFrom(withServerTiming(reply, request.finish(reply.status, error)), method);
  }
}
