import type { prices as shippedPrices } from '../infra/prices.ts';

type Prices = typeof shippedPrices;
export type Architecture = keyof Prices['lambda']['gigabyteSecond'];

export interface LambdaUse {
  /** Mean of what is billed; AWS rounds each call up to the millisecond. */
  readonly billedMilliseconds: number;
  readonly memoryMegabytes: number;
  readonly architecture: Architecture;
}

/** The Lambda's part of one resize, in dollars. */
export function lambdaDollars({ billedMilliseconds, memoryMegabytes, architecture }: LambdaUse, { lambda }: Prices) {
  const gigabyteSeconds = (billedMilliseconds / 1000) * (memoryMegabytes / 1024);
  return lambda.request + gigabyteSeconds * lambda.gigabyteSecond[architecture];
}

/**
 * What one resize adds to the bill in compute and requests: the Lambda; one call of the API; at S3 the website's 404, HEAD,
 * GET and PUT, and the GET of what was made; at CloudFront the second request, after the redirect. Logs and the function at
 * the edge, which no memory size changes, are in `make cost`.
 */
export function resizeDollars(use: LambdaUse, prices: Prices): number {
  const { httpApi, s3, cloudFront } = prices;
  return lambdaDollars(use, prices) + httpApi.request + 4 * s3.get + s3.put + cloudFront.httpsRequest;
}

/**
 * A million views when every one that CloudFront does not hold makes a derivative: the dearest case, since after a while
 * most are in S3 already. Without the bytes that go to viewers: see `make cost`, too.
 */
export function millionViewsDollars(hitRate: number, use: LambdaUse, prices: Prices): number {
  return 1e6 * (prices.cloudFront.httpsRequest + (1 - hitRate) * resizeDollars(use, prices));
}
