import type { MetricRow } from './metric-row.ts';

/*
 * What AWS itself publishes about the chain. Statistics are those that the metric's documentation names as valid; CloudWatch
 * draws any other without an error, but it means nothing ("Types of metrics for CloudFront").
 */

/** Charged separately, and published only because the distribution has `publishAdditionalMetrics`. */
const additional = true;

const cloudFront = {
  'CloudFront.Requests': {
    about: 'distribution',
    name: 'Requests',
    statistics: ['Sum'],
    unit: 'Count',
    meaning: 'requests of viewers; each hop is one',
  },
  'CloudFront.BytesDownloaded': {
    about: 'distribution',
    name: 'BytesDownloaded',
    statistics: ['Sum'],
    unit: 'Bytes',
    meaning: 'bytes sent to viewers',
  },
  'CloudFront.TotalErrorRate': {
    about: 'distribution',
    name: 'TotalErrorRate',
    statistics: ['Average'],
    unit: 'Percent',
    meaning: 'requests answered with 4xx or 5xx',
  },
  'CloudFront.4xxErrorRate': {
    about: 'distribution',
    name: '4xxErrorRate',
    statistics: ['Average'],
    unit: 'Percent',
    meaning: 'requests answered with 4xx',
  },
  'CloudFront.5xxErrorRate': {
    about: 'distribution',
    name: '5xxErrorRate',
    statistics: ['Average'],
    unit: 'Percent',
    meaning: 'requests answered with 5xx',
  },
  'CloudFront.403ErrorRate': {
    about: 'distribution',
    name: '403ErrorRate',
    statistics: ['Average'],
    unit: 'Percent',
    additional,
    meaning: 'requests answered with 403: the website refuses CloudFront, or CloudFront or the API refuses the viewer',
  },
  'CloudFront.404ErrorRate': {
    about: 'distribution',
    name: '404ErrorRate',
    statistics: ['Average'],
    unit: 'Percent',
    additional,
    meaning: 'requests answered with 404: sizes that are not listed and, on the image host, missing originals',
  },
  'CloudFront.CacheHitRate': {
    about: 'distribution',
    name: 'CacheHitRate',
    statistics: ['Average'],
    unit: 'Percent',
    additional,
    meaning: 'requests answered from the cache, of those that can be cached; without errors; redirects count as misses',
  },
  'CloudFront.OriginLatency': {
    about: 'distribution',
    name: 'OriginLatency',
    statistics: ['Percentile'],
    unit: 'Milliseconds',
    additional,
    meaning: 'from request to first byte, for cache misses',
  },
  'CloudFront.FunctionInvocations': {
    about: 'edge function',
    name: 'FunctionInvocations',
    statistics: ['Sum'],
    unit: 'Count',
    meaning: 'runs of the edge function: answers below 400, without those that CloudFront makes itself',
  },
  'CloudFront.FunctionExecutionErrors': {
    about: 'edge function',
    name: 'FunctionExecutionErrors',
    statistics: ['Sum'],
    unit: 'Count',
    meaning: 'runs of the edge function that failed; the viewer gets an error',
  },
  'CloudFront.FunctionThrottles': {
    about: 'edge function',
    name: 'FunctionThrottles',
    statistics: ['Sum'],
    unit: 'Count',
    meaning: 'runs of the edge function that CloudFront refused',
  },
} as const satisfies Record<string, MetricRow>;

/** "Working with metrics for HTTP APIs". There is none for a 429. */
const apiGateway = {
  'ApiGateway.Count': {
    about: 'api',
    name: 'Count',
    statistics: ['Sum'],
    unit: 'Count',
    meaning: 'requests that reached the API; may leave throttled ones out',
  },
  'ApiGateway.4xx': {
    about: 'api',
    name: '4xx',
    statistics: ['Sum'],
    unit: 'Count',
    meaning: 'requests that the API answered with 4xx',
  },
  'ApiGateway.5xx': {
    about: 'api',
    name: '5xx',
    statistics: ['Sum'],
    unit: 'Count',
    meaning: 'requests that the API answered with 5xx, also when the Lambda did not reply',
  },
  'ApiGateway.Latency': {
    about: 'api',
    name: 'Latency',
    statistics: ['Percentile'],
    unit: 'Milliseconds',
    meaning: 'from request to reply, cold starts included',
  },
} as const satisfies Record<string, MetricRow>;

/** "Types of metrics for Lambda functions". */
const lambda = {
  'Lambda.Invocations': {
    about: 'function',
    name: 'Invocations',
    statistics: ['Sum'],
    unit: 'Count',
    meaning: 'invocations of the Lambda, failed ones included',
  },
  'Lambda.Errors': {
    about: 'function',
    name: 'Errors',
    statistics: ['Sum'],
    unit: 'Count',
    meaning: 'invocations that ended without a reply: out of memory, out of time, a process that ended',
  },
  'Lambda.Throttles': {
    about: 'function',
    name: 'Throttles',
    statistics: ['Sum'],
    unit: 'Count',
    meaning: 'invocations that Lambda refused because the concurrency was used up',
  },
  'Lambda.Duration': {
    about: 'function',
    name: 'Duration',
    statistics: ['Sum', 'Percentile'],
    unit: 'Milliseconds',
    meaning: 'duration of invocations, without initialisation',
  },
  'Lambda.ConcurrentExecutions': {
    about: 'function',
    name: 'ConcurrentExecutions',
    statistics: ['Maximum'],
    unit: 'Count',
    meaning: 'invocations at the same time',
  },
} as const satisfies Record<string, MetricRow>;

/** "Monitoring with CloudWatch metrics", CloudWatch Logs user guide. */
const logs = {
  'Logs.EMFParsingErrors': {
    about: 'function log',
    name: 'EMFParsingErrors',
    statistics: ['Sum'],
    unit: 'Count',
    meaning: 'metric lines that CloudWatch could not parse',
  },
  'Logs.EMFValidationErrors': {
    about: 'function log',
    name: 'EMFValidationErrors',
    statistics: ['Sum'],
    unit: 'Count',
    meaning: 'metric lines that break a rule of the format',
  },
} as const satisfies Record<string, MetricRow>;

/** "Available CloudWatch metrics for Amazon SQS", and Lambda's. */
const purge = {
  'Purge.Errors': {
    about: 'purge function',
    name: 'Errors',
    statistics: ['Sum'],
    unit: 'Count',
    meaning: 'invocations of the purge Lambda that ended without a reply',
  },
  'Purge.Age': {
    about: 'purge queue',
    name: 'ApproximateAgeOfOldestMessage',
    statistics: ['Maximum'],
    unit: 'Seconds',
    meaning: 'age of the oldest event of an original that was not purged yet',
  },
  'SecondPass.Age': {
    about: 'second-pass queue',
    name: 'ApproximateAgeOfOldestMessage',
    statistics: ['Maximum'],
    unit: 'Seconds',
    meaning: 'the same of the second pass, which begins when no resize can still store an old derivative',
  },
  'Purge.Visible': {
    about: 'purge queue',
    name: 'ApproximateNumberOfMessagesVisible',
    statistics: ['Maximum'],
    unit: 'Count',
    meaning: 'events that wait for their first pass',
  },
  'Purge.InFlight': {
    about: 'purge queue',
    name: 'ApproximateNumberOfMessagesNotVisible',
    statistics: ['Maximum'],
    unit: 'Count',
    meaning: 'events in their first pass, and those that have failed and wait until they are tried again',
  },
  'SecondPass.Visible': {
    about: 'second-pass queue',
    name: 'ApproximateNumberOfMessagesVisible',
    statistics: ['Maximum'],
    unit: 'Count',
    meaning: 'events that wait for their second pass, without those whose time has not come',
  },
  'SecondPass.InFlight': {
    about: 'second-pass queue',
    name: 'ApproximateNumberOfMessagesNotVisible',
    statistics: ['Maximum'],
    unit: 'Count',
    meaning: 'events in their second pass, and those that have failed and wait until they are tried again',
  },
  'PurgeDeadLetters.Messages': {
    about: 'dead-letter queue',
    name: 'ApproximateNumberOfMessagesVisible',
    statistics: ['Maximum'],
    unit: 'Count',
    meaning: 'events that could not be purged, and are not tried again',
  },
} as const satisfies Record<string, MetricRow>;

export const awsMetrics = { ...cloudFront, ...apiGateway, ...lambda, ...logs, ...purge };
