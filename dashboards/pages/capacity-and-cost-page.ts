import { maximum, percentile, sum } from '../metrics/series.ts';
import type { Page } from '../page.ts';
import { refetchRate } from '../rates.ts';
import { costParts, costPerThousandImages, serviceCost } from '../service-cost.ts';
import type { Settings } from '../settings.ts';

const day = 86_400;

/** Page 3: how far it is to the limits, and what it costs. */
export function capacityAndCostPage(settings: Settings): Page {
  const { config, stage, memoryMegabytes, monthlyBudgetDollars } = settings;
  const { reservedConcurrency } = config.capacity[stage];
  return {
    name: 'capacity-and-cost',
    title: 'Capacity and cost',
    intro:
      'Lines that touch their limit turn viewers away. Dollars are list prices times what was used, without free tiers.',
    texts: 'beside',
    rows: [
      {
        title: 'Is there room?',
        runbooks: ['lambda-concurrency', 'lambda-throttled', 'api-throttled', 'lambda-memory'],
        panels: [
          {
            kind: 'graph',
            title: 'Runs at the same time',
            bad: 'near the line, which is what config.capacity allows',
            lines: [{ label: 'at once', value: maximum('Lambda.ConcurrentExecutions') }],
            axis: 'count',
            objective: { value: reservedConcurrency, bad: 'above' },
            width: 6,
          },
          {
            kind: 'graph',
            title: 'Turned away',
            bad: 'any for minutes',
            lines: [
              { label: 'by Lambda', value: sum('Lambda.Throttles') },
              { label: 'by the API', value: sum('ApiThrottled') },
              ...(config.countEdgeRedirects
                ? [{ label: 'by the edge function', value: sum('CloudFront.FunctionThrottles') }]
                : []),
            ],
            axis: 'count',
            width: 6,
          },
          {
            kind: 'graph',
            title: 'Memory',
            bad: 'near the line: the next larger image ends the process',
            lines: [{ label: 'largest peak', value: maximum('PeakRssMB') }],
            axis: 'MB',
            objective: { value: memoryMegabytes, bad: 'above' },
            periodSeconds: 300,
            width: 6,
          },
        ],
      },
      {
        title: 'What does it work on?',
        runbooks: ['lambda-errors', 'metrics-rejected'],
        panels: [
          {
            kind: 'graph',
            title: 'Runs',
            bad: 'errors at all; cold starts in step with runs: traffic comes in bursts',
            lines: [
              { label: 'runs', value: sum('Lambda.Invocations') },
              { label: 'calls seen by the service', value: sum('ResizeRequests') },
              { label: 'cold starts', value: sum('ColdStarts') },
              { label: 'ended without a reply', value: sum('Lambda.Errors') },
              ...(config.countEdgeRedirects
                ? [{ label: 'edge function failed', value: sum('CloudFront.FunctionExecutionErrors') }]
                : []),
              { label: 'metrics unread', value: sum('Logs.EMFParsingErrors') },
              { label: 'metrics invalid', value: sum('Logs.EMFValidationErrors') },
            ],
            axis: 'count',
            width: 6,
          },
          {
            kind: 'graph',
            title: 'Sizes, p95',
            bad: 'originals near the limit of config.limits, or derivatives that grow',
            lines: [
              { label: 'originals', value: percentile('InBytes', 95) },
              { label: 'derivatives', value: percentile('OutBytes', 95) },
            ],
            axis: 'bytes',
            width: 6,
          },
          {
            kind: 'graph',
            title: 'Fetched again by another edge',
            bad: 'a large part: viewers are far apart or seldom come back, so the edge rarely holds what it needs',
            lines: [{ label: 'of images', value: refetchRate(settings) }],
            axis: '%',
            width: 6,
          },
        ],
      },
      {
        title: 'What does it cost?',
        runbooks: ['cost-runaway'],
        panels: [
          {
            kind: 'number',
            title: 'Dollars for 1,000 images, last day',
            bad: 'a multiple of what docs/metrics.md calls usual: too few hits',
            lines: [{ label: '$ per 1,000', value: costPerThousandImages(settings) }],
            periodSeconds: day,
            width: 4,
          },
          {
            kind: 'number',
            title: 'Dollars, last day',
            bad: 'over a thirtieth of what a month may cost',
            lines: [{ label: '$ a day', value: serviceCost(settings) }],
            periodSeconds: day,
            width: 4,
          },
          {
            kind: 'graph',
            title: 'Dollars by the hour',
            bad: 'a step that no campaign explains',
            lines: [
              { label: 'all', value: serviceCost(settings) },
              { label: 'Lambda', value: costParts(settings).lambda },
              { label: 'edge', value: costParts(settings).edge },
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
