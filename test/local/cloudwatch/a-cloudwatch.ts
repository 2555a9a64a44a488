import type { EndpointHop, Invocation } from '../../../local/aws/chain-events.ts';
import { createClock } from '../../../local/aws/clock.ts';
import type { EdgeRecord } from '../../../local/aws/cloudfront/edge-answer.ts';
import { createCloudWatch } from '../../../local/aws/cloudwatch/cloudwatch.ts';
import type { AccessRecord } from '../../../local/aws/http-api/access-log.ts';
import { indexByType, type Resource } from '../../../local/aws/template/template.ts';
import { createContext } from '../../../local/chain/context.ts';
import { aResource } from '../a-resource.ts';

export const noon = Date.UTC(2026, 10, 25, 12);

export const distribution = aResource('AWS::CloudFront::Distribution', {}, 'E1');
export const additionalMetrics = (status: string) =>
  aResource('AWS::CloudFront::MonitoringSubscription', {
    DistributionId: 'E1',
    MonitoringSubscription: { RealtimeMetricsSubscriptionConfig: { RealtimeMetricsSubscriptionStatus: status } },
  });

/** CloudWatch of a chain that is nothing but what a test says happens. */
export function aCloudWatch(...resources: readonly Resource[]) {
  const clock = createClock(noon);
  const context = createContext(clock);
  const cloudWatch = createCloudWatch(indexByType(resources), context);
  return {
    cloudWatch,
    clock,
    context,
    /** Lets so many minutes pass, with what happens once a minute. */
    pass(minutes: number) {
      return [...Array(minutes)].flatMap(() => {
        clock.advance(60_000);
        return cloudWatch.tick();
      });
    },
    /** Everything that is visible of a metric, by its minute after noon. */
    points(
      namespace: string,
      name: string,
      dimensions: Readonly<Record<string, string>>,
      statistic = 'Sum',
    ): Record<number, number> {
      const [startSeconds, nowSeconds] = [noon / 1000, clock.now() / 1000];
      const points = cloudWatch.store.read({
        namespace,
        name,
        dimensions,
        statistic,
        startSeconds,
        endSeconds: nowSeconds + 3600,
        periodSeconds: 60,
        nowSeconds,
      });
      return Object.fromEntries([...points].map(([at, value]) => [(at - startSeconds) / 60, value]));
    },
  };
}

const hop = { method: 'GET', target: '/200x200/a.jpg', status: 200, bytes: 100, milliseconds: 5 };

/** The event of a request at the edge. */
export const edgeHop = (change: Partial<EndpointHop & EdgeRecord>) => {
  const { resultType = 'Hit', receivedBytes = 0, fromOrigin = false, ...rest } = change;
  const edge: EdgeRecord = { requestId: 'id', resultType, receivedBytes, fromOrigin };
  return { kind: 'hop', hop: { ...hop, ...rest, endpoint: 'edge', edge } } as const;
};

/** The event of a request at the API. */
export const apiHop = (change: Partial<AccessRecord> = {}) => {
  const access = {
    apiId: 'api1',
    stage: '$default',
    status: 301,
    responseLatency: 120,
    integrationLatency: 100,
    dataProcessed: 10,
    ...change,
  } as AccessRecord;
  return { kind: 'hop', hop: { ...hop, status: access.status, endpoint: 'api', access } } as const;
};

export const invocation = (call: Partial<Invocation>): Invocation => ({
  functionName: 'resize',
  resource: 'resize:live',
  outcome: 'returned',
  startedAt: noon,
  milliseconds: 80,
  concurrent: 1,
  ...call,
});
