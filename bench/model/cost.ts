import type { prices as shippedPrices } from '../../infra/prices.ts';

type Prices = typeof shippedPrices;
export type Architecture = keyof Prices['lambda']['gigabyteSecond'];

export interface LambdaUse {
  /** Mean of what is billed. AWS rounds each call up to the millisecond. */
  readonly billedMilliseconds: number;
  readonly memoryMegabytes: number;
  readonly architecture: Architecture;
}

/** Returns the dollars of the Lambda in one resize. */
export function lambdaDollars({ billedMilliseconds, memoryMegabytes, architecture }: LambdaUse, { lambda }: Prices) {
  const gigabyteSeconds = (billedMilliseconds / 1000) * (memoryMegabytes / 1024);
  return lambda.request + gigabyteSeconds * lambda.gigabyteSecond[architecture];
}

/**
 * Returns the dollars of compute and requests of one resize: the Lambda; one request of the API; at S3 the website's 404,
 * HEAD, GET and PUT, and the GET of the derivative; at CloudFront the request after the redirect. Logs and the function at
 * the edge do not depend on the memory size: `make cost` has them.
 */
export function resizeDollars(use: LambdaUse, prices: Prices): number {
  const { httpApi, s3, cloudFront } = prices;
  return lambdaDollars(use, prices) + httpApi.request + 4 * s3.get + s3.put + cloudFront.httpsRequest;
}

/**
 * Returns the dollars of a million views in the most expensive case, when every miss of CloudFront is a resize. After a
 * while most derivatives are in S3. Bytes to viewers are not included.
 */
export function millionViewsDollars(hitRate: number, use: LambdaUse, prices: Prices): number {
  return 1e6 * (prices.cloudFront.httpsRequest + (1 - hitRate) * resizeDollars(use, prices));
}
