import type { Target } from '../src/target.ts';
import { type Environment, region } from './environments.ts';
import type { Outputs } from './preflight/read-facts.ts';

/** Returns the target of a deployed stack. Throws when an output is missing. */
export function targetFrom(
  outputs: Outputs,
  { stage, existingOriginals, blockPublicAccess, rateRule }: Environment,
): Target {
  const output = (name: string): string => {
    const value = outputs[name];
    if (!value) {
      throw new Error(
        `The stack has no output ${name}, only ${Object.keys(outputs).join(', ')}: deploy it with this version`,
      );
    }
    return value;
  };
  const elsewhere = existingOriginals?.region;
  return {
    target: stage,
    stage,
    region,
    imageUrl: output('ImageUrl'),
    apiUrl: output('ApiUrl'),
    ...(outputs.ApiOwnUrl && { apiOwnUrl: outputs.ApiOwnUrl }),
    websiteUrl: output('WebsiteUrl'),
    buckets: { originals: output('UploadBucket'), derivatives: output('DerivativesBucket') },
    ...(blockPublicAccess && { blocksPublicAccess: true }),
    ...(elsewhere && elsewhere !== region && { originalsRegion: elsewhere }),
    function: { name: output('FunctionName'), alias: output('AliasName') },
    distributionId: output('DistributionId'),
    ...(rateRule && { rateRule }),
    ...(outputs.DashboardUrl && { dashboardUrl: outputs.DashboardUrl }),
  };
}
