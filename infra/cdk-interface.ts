import type { Alias, IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Bucket, IBucket } from 'aws-cdk-lib/aws-s3';

/*
 * CDK's getters may return `undefined` where its interfaces have an optional member. Under `exactOptionalPropertyTypes`
 * a Bucket is therefore no IBucket to the compiler. These two functions are the only casts.
 */

export function asIBucket(bucket: Bucket): IBucket {
  return bucket as IBucket;
}

export function asIFunction(alias: Alias): IFunction {
  return alias as IFunction;
}
