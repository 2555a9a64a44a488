import { maximum, percentile, sum } from '../metrics/series.ts';
import type { Page } from '../page.ts';
import { refetchRate } from '../rates.ts';
import { costParts, costPerThousandImages, serviceCost } from '../service-cost.ts';
import type { Settings } from '../settings.ts';

const day = 86_400;

/** Page 3: the distance to the limits, and the cost. */
export function capacityAndCostPage(settings: Settings): Page {
  const { concurrency, memoryMegabytes, monthlyBudgetDollars } = settings;
  const { lambda, edge, purge } = costParts(settings);
  return {
    name: 'capacity-and-cost',
    title: 'Capacity and cost',
    intro:
      'A line that reaches its limit means refused viewers. Dollars are list prices times usage, without free tiers.',
    texts: 'beside',
    rows: [
      {
        title: 'Capacity',
        runbooks: ['lambda-concurrency', 'lambda-throttled', 'api-throttled', 'lambda-memory'],
        panels: [
          {
            kind: 'graph',
            title: 'Concurrent executions',
            bad: 'near the line, which is the limit of config.capacity',
            lines: [{ label: 'concurrent', value: maximum('Lambda.ConcurrentExecutions') }],
            axis: 'count',
            objective: { value: concurrency, bad: 'above' },
            width: 6,
          },
          {
            kind: 'graph',
            title: 'Throttled',
            bad: 'any for several minutes',
            lines: [
              { label: 'by Lambda', value: sum('Lambda.Throttles') },
              { label: 'by the API', value: sum('ApiThrottled') },
              { label: 'by the edge function', value: sum('CloudFront.FunctionThrottles') },
            ],
            axis: 'count',
            width: 6,
          },
          {
            kind: 'graph',
            title: 'Memory',
            bad: 'near the line: a larger image ends the process',
            lines: [{ label: 'largest peak', value: maximum('PeakRssMB') }],
            axis: 'MB',
            objective: { value: memoryMegabytes, bad: 'above' },
            periodSeconds: 300,
            width: 6,
          },
        ],
      },
      {
        title: 'Work',
        runbooks: ['lambda-errors', 'metrics-rejected'],
        panels: [
          {
            kind: 'graph',
            title: 'Invocations',
            bad: 'any errors; cold starts that follow the invocations: traffic comes in bursts',
            lines: [
              { label: 'invocations', value: sum('Lambda.Invocations') },
              { label: 'requests in the service', value: sum('ResizeRequests') },
              { label: 'cold starts', value: sum('ColdStarts') },
              { label: 'sent as a smaller WebP', value: sum('ReducedReplies') },
              { label: 'no reply', value: sum('Lambda.Errors') },
              { label: 'edge function failed', value: sum('CloudFront.FunctionExecutionErrors') },
              { label: 'metrics unreadable', value: sum('Logs.EMFParsingErrors') },
              { label: 'metrics invalid', value: sum('Logs.EMFValidationErrors') },
            ],
            axis: 'count',
            width: 6,
          },
          {
            kind: 'graph',
            title: 'Sizes, p95',
            bad: 'originals near a limit of config.limits, or derivatives that grow',
            lines: [
              { label: 'originals', value: percentile('InBytes', 95) },
              { label: 'derivatives', value: percentile('OutBytes', 95) },
            ],
            axis: 'bytes',
            width: 6,
          },
          {
            kind: 'graph',
            title: 'Refetch rate',
            bad: 'high: viewers are far apart or rarely return, so the edge often does not have the image',
            lines: [{ label: 'of images, read from S3 again', value: refetchRate(settings) }],
            axis: '%',
            width: 6,
          },
        ],
      },
      {
        title: 'Cost',
        runbooks: ['cost-runaway'],
        panels: [
          {
            kind: 'number',
            title: 'Dollars per 1,000 images, last day',
            bad: 'several times the usual value in docs/metrics.md: too few hits',
            lines: [{ label: '$ per 1,000', value: costPerThousandImages(settings) }],
            axis: '$',
            periodSeconds: day,
            width: 4,
          },
          {
            kind: 'number',
            title: 'Dollars, last day',
            bad: 'over a thirtieth of the monthly budget',
            lines: [{ label: '$ per day', value: serviceCost(settings) }],
            axis: '$',
            periodSeconds: day,
            width: 4,
          },
          {
            kind: 'graph',
            title: 'Dollars per hour',
            bad: 'a step without a known reason',
            lines: [
              { label: 'all', value: serviceCost(settings) },
              { label: 'Lambda', value: lambda },
              { label: 'edge', value: edge },
              ...(purge ? [{ label: 'invalidations', value: purge }] : []),
            ],
            axis: '$',
            ...(monthlyBudgetDollars !== undefined && {
              objective: { value: monthlyBudgetDollars / 730, bad: 'above' } as const,
            }),
            periodSeconds: 3600,
            width: 10,
          },
        ],
      },
    ],
  };
}
