import type { Alias, IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Bucket, IBucket } from 'aws-cdk-lib/aws-s3';

/*
 * CDK's getters may give `undefined` where its own interfaces have an optional member, so that under
 * `exactOptionalPropertyTypes` no Bucket is an IBucket to the compiler. It is one; this says so in one place.
 */

export function asIBucket(bucket: Bucket): IBucket {
  return bucket as IBucket;
}

export function asIFunction(alias: Alias): IFunction {
  return alias as IFunction;
}
