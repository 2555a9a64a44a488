import { prices } from '../infra/prices.ts';
import { conditionsOf } from './alarm.ts';
import { alarmsFor } from './alarms.ts';
import { walkerMetrics } from './metrics/own-metrics.ts';
import { metricsOf } from './metrics/series.ts';
import { pagesFor } from './pages.ts';
import type { Settings } from './settings.ts';

/** One line of the month's bill for watching: units times price, less what is free for ever. */
export interface WatchingCost {
  readonly what: string;
  readonly units: number;
  readonly price: number;
  readonly free: number;
  /** The setting that saves it. */
  readonly savedBy: string;
}

const walksAMonth = (730 * 60) / 5;
/** Two views: three requests of the edge and one of the API, four reads of S3 and one put; one put and two removals around. */
const edgeRequestsOfWalk = 3;
const s3WritesOfWalk = 2;
const s3ReadsOfWalk = 5;
/** Seconds of a walk and of the resize in it, generously. */
const walkerSeconds = 2;
const resizeSeconds = 0.3;
const walkerGigabytes = 0.25;

/**
 * What this layer adds to the bill of one environment in a month: alarms, dashboards and the walker. The metrics that it
 * watches are lines of their own in `make cost`, since they are written whether somebody watches or not.
 */
export function monitoringCost(settings: Settings, dashboards = true): readonly WatchingCost[] {
  const { alarmMonth, compositeAlarmMonth, dashboardMonth, metricMonth, free } = prices.cloudWatch;
  const alarms = [...alarmsFor(settings).values()];
  // An alarm on an expression is charged for each metric in it.
  const watched = alarms.flatMap(conditionsOf).flatMap(({ value }) => metricsOf(value)).length;
  const pairs = alarms.filter((alarm) => conditionsOf(alarm).length > 1).length;
  const alarmLine = { savedBy: "withoutMonitoring: ['alarms']" };
  const walkerLine = { free: 0, savedBy: "withoutMonitoring: ['walker']" };
  return [
    ...(settings.alarms
      ? [
          { what: 'metrics in alarms', units: watched, price: alarmMonth, free: free.alarms, ...alarmLine },
          { what: 'alarms made of alarms', units: pairs + 1, price: compositeAlarmMonth, free: 0, ...alarmLine },
        ]
      : []),
    ...(dashboards
      ? [
          {
            what: 'dashboards',
            units: pagesFor(settings).length,
            price: dashboardMonth,
            free: free.dashboards,
            savedBy: "withoutMonitoring: ['dashboards']",
          },
        ]
      : []),
    ...(settings.alarms || dashboards
      ? [{ what: 'metric of 429 in the API log', units: 1, price: metricMonth, free: 0, savedBy: 'both of the above' }]
      : []),
    ...(settings.walks
      ? [
          {
            what: 'metrics of the walker',
            units: Object.keys(walkerMetrics).length,
            price: metricMonth,
            ...walkerLine,
          },
          { what: 'walks', units: walksAMonth, price: walkPrice(settings), ...walkerLine },
        ]
      : []),
  ];
}

/** Both Lambdas, the API, S3 and the edge, for one made-up viewer. */
function walkPrice({ architecture, memoryMegabytes }: Settings): number {
  const { cloudFront, httpApi, lambda, s3 } = prices;
  const gigabyteSeconds = walkerSeconds * walkerGigabytes + resizeSeconds * (memoryMegabytes / 1024);
  return (
    2 * lambda.request +
    gigabyteSeconds * lambda.gigabyteSecond[architecture] +
    httpApi.request +
    edgeRequestsOfWalk * (cloudFront.httpsRequest + cloudFront.functionCall) +
    s3WritesOfWalk * s3.put +
    s3ReadsOfWalk * s3.get
  );
}
