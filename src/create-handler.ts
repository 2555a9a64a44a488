import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { isFromEdge, requestFrom, resultFrom } from './adapters/api-gateway.ts';
import { readResizeEnvironment } from './adapters/environment.ts';
import { powertoolsTelemetry } from './adapters/powertools-telemetry.ts';
import { s3Client } from './adapters/s3-client.ts';
import { cacheTagOf, s3Derivatives, s3Originals } from './adapters/s3-image-store.ts';
import { endProcess, sharpTransformer } from './adapters/sharp-transformer.ts';
import type { ServiceConfig } from './config.ts';
import { allowedPresets } from './core/presets.ts';
import { replyError, withServerTiming } from './core/reply.ts';
import { requestTime } from './core/request-time.ts';
import { asServiceError, ServiceError } from './core/service-error.ts';
import { resizeImage, type Service } from './resize-image.ts';

type Handler = (
  event: APIGatewayProxyEventV2,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
) => Promise<APIGatewayProxyStructuredResultV2>;

/** Builds everything that outlives a request, and returns the function that answers one. */
export function createHandler(config: ServiceConfig, variables: NodeJS.ProcessEnv): Handler {
  const { cache, limits } = config;
  const environment = readResizeEnvironment(variables);
  const { originalsBucket, originalsRegion, derivativesBucket, serviceVersion, originSecrets } = environment;
  // On the image host CloudFront would keep a refusal with max-age for at least its error TTL.
  const refusalSeconds = originSecrets ? 0 : cache.refusalSeconds;
  const client = s3Client(limits, undefined);
  const originalsClient = originalsRegion ? s3Client(limits, originalsRegion) : client;
  const telemetry = powertoolsTelemetry(environment);

  const service: Service = {
    config,
    allowed: allowedPresets(config.presets),
    locationEncoding: environment.locationEncoding,
    imageBaseUrl: environment.imageBaseUrl,
    cacheTagOf,
    originals: s3Originals(originalsClient, originalsBucket, limits),
    derivatives: s3Derivatives(client, derivativesBucket, serviceVersion, limits),
    transform: sharpTransformer(config, () => {
      telemetry.hung();
      endProcess();
    }),
  };

  return async (event, context) => {
    const { method, key, requestId } = requestFrom(event);
    const request = telemetry.begin(requestId);
    const signal = AbortSignal.timeout(requestTime(limits, context.getRemainingTimeInMillis()));
    let error: ServiceError | undefined;
    const answer = async () => {
      if (originSecrets && !isFromEdge(event, originSecrets)) throw new ServiceError('edge-only', {});
      return resizeImage({ method, key, signal, now: Date.now(), telemetry: request }, service);
    };
    const reply = await answer().catch((thrown) => {
      error = asServiceError(thrown);
      return replyError(error, { requestId, refusalSeconds, random: Math.random() });
    });
    return resultFrom(withServerTiming(reply, request.finish(reply.status, error)), method);
  };
}
