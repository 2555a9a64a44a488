/** The Lambda: builds the adapters once, then turns each event into a reply. */
import { S3Client } from '@aws-sdk/client-s3';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { requestFrom, resultFrom } from './adapters/api-gateway.ts';
import { readEnvironment } from './adapters/environment.ts';
import { powertoolsTelemetry } from './adapters/powertools-telemetry.ts';
import { s3Derivatives, s3Originals } from './adapters/s3-image-store.ts';
import { endProcess, sharpTransformer } from './adapters/sharp-transformer.ts';
import { config, type ServiceConfig } from './config.ts';
import { allowedPresets } from './core/presets.ts';
import { type Reply, replyError, withServerTiming } from './core/reply.ts';
import { requestTime } from './core/request-time.ts';
import { asServiceError, type ServiceError } from './core/service-error.ts';
import { resizeImage, type Service } from './resize-image.ts';

type Handler = (
  event: APIGatewayProxyEventV2,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
) => Promise<APIGatewayProxyStructuredResultV2>;

export const handler = createHandler(config, process.env);

/** Everything that outlives a request is made here, once for each process. */
export function createHandler(config: ServiceConfig, variables: NodeJS.ProcessEnv): Handler {
  const environment = readEnvironment(variables);
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
    transform: sharpTransformer(config, () => {
      telemetry.hung();
      endProcess();
    }),
  };

  return async (event, context) => {
    const { method, key, requestId } = requestFrom(event);
    const request = telemetry.begin(requestId);
    const signal = AbortSignal.timeout(requestTime(config.limits, context.getRemainingTimeInMillis()));
    const answer = (reply: Reply, error?: ServiceError) =>
      resultFrom(withServerTiming(reply, request.finish(reply.status, error)), method);
    try {
      return answer(await resizeImage({ method, key, signal, now: Date.now(), telemetry: request }, service));
    } catch (thrown) {
      const error = asServiceError(thrown);
      return answer(replyError(error, requestId, config), error);
    }
  };
}
