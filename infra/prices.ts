/**
 * List prices in US dollars, us-east-1 and CloudFront's cheapest regions (North America, Europe), first tier of each,
 * without tax, of November 2026. Prices change: check the source before a decision depends on one.
 */
export const pricesDated = '2026-11';

export const prices = {
  lambda: {
    source: 'AWS Lambda pricing (aws.amazon.com/lambda/pricing)',
    request: 0.2 / 1e6,
    /** Since August 2025 the initialisation is charged as well. */
    gigabyteSecond: { x64: 0.0000166667, arm64: 0.0000133334 },
    free: { requests: 1e6, gigabyteSeconds: 400_000 },
  },
  httpApi: {
    source: 'Amazon API Gateway pricing (aws.amazon.com/api-gateway/pricing), HTTP APIs',
    /** Each 512 kB of a request or a reply count as one request. */
    request: 1 / 1e6,
  },
  s3: {
    source: 'Amazon S3 pricing (aws.amazon.com/s3/pricing), S3 Standard',
    /** PUT, COPY, POST, LIST. */
    put: 0.005 / 1e3,
    /** GET, HEAD and all others. A 404 counts. */
    get: 0.0004 / 1e3,
    gigabyteMonth: 0.023,
  },
  cloudFront: {
    source: 'Amazon CloudFront pricing (aws.amazon.com/cloudfront/pricing), pay as you go',
    httpsRequest: 0.01 / 1e4,
    gigabyteOut: 0.085,
    functionCall: 0.1 / 1e6,
    invalidationPath: 0.005,
    /** In the United States. Only requests from regional caches of other regions are charged ("Estimating Origin Shield costs"). */
    originShieldRequest: 0.0075 / 1e4,
    free: { httpsRequests: 10e6, gigabytesOut: 1000, functionCalls: 2e6, invalidationPaths: 1000 },
  },
  /**
   * CloudFront's plans at a fixed price, without charges for more: beyond the allowance AWS may slow the distribution down.
   * WAF, the functions and the logs of CloudFront are included. A plan is chosen in the console; CDK cannot (aws-cdk#37857).
   */
  flatRate: {
    source: 'CloudFront flat-rate pricing plans (aws.amazon.com/cloudfront/pricing), since November 2025',
    plans: [
      { name: 'Free', month: 0, requests: 1e6, gigabytes: 100 },
      { name: 'Pro', month: 15, requests: 10e6, gigabytes: 50_000 },
      { name: 'Business', month: 200, requests: 125e6, gigabytes: 50_000 },
      { name: 'Premium', month: 1_000, requests: 500e6, gigabytes: 50_000 },
    ],
  },
  cloudWatch: {
    source: 'Amazon CloudWatch pricing (aws.amazon.com/cloudwatch/pricing)',
    /** A metric is one name with one set of dimensions, charged for the hours in which it has data. */
    metricMonth: 0.3,
    alarmMonth: 0.1,
    compositeAlarmMonth: 0.5,
    dashboardMonth: 3,
    logGigabyte: 0.5,
    logGigabyteMonth: 0.03,
    free: { metrics: 10, alarms: 10, dashboards: 3, logGigabytes: 5 },
  },
  eventBridge: {
    source: 'Amazon EventBridge pricing (aws.amazon.com/eventbridge/pricing), opt-in data events such as those of S3',
    /** Each 64 kB of an event. */
    event: 1 / 1e6,
  },
  sqs: {
    source: 'Amazon SQS pricing (aws.amazon.com/sqs/pricing), standard queues',
    /** Sends, receives and deletes, of up to 10 messages or 64 kB each. */
    request: 0.4 / 1e6,
    free: { requests: 1e6 },
  },
  secretsManager: {
    source: 'AWS Secrets Manager pricing (aws.amazon.com/secrets-manager/pricing)',
    secretMonth: 0.4,
  },
  dataTransfer: {
    source: 'Amazon EC2 on-demand pricing, Data Transfer (aws.amazon.com/ec2/pricing/on-demand)',
    /** From the API to viewers. Free from S3 to CloudFront, and between S3 and Lambda in one region. */
    gigabyteOut: 0.09,
    /** From a bucket in another region to us-east-1. */
    gigabyteBetweenRegions: 0.02,
    free: { gigabytesOut: 100 },
  },
  waf: {
    source: 'AWS WAF pricing (aws.amazon.com/waf/pricing)',
    aclMonth: 5,
    ruleMonth: 1,
    request: 0.6 / 1e6,
  },
} as const;
