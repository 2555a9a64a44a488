/** How many minutes after the end of a minute CloudWatch shows what was measured in it. */
export interface Lag {
  readonly leastMinutes: number;
  readonly mostMinutes: number;
}

/**
 * AWS states none of these: they are what docs/metrics.md says the sources take, and the one place where the chain has
 * them from. Minutes take turns through each range, so that sources overtake one another as they do on AWS.
 */
export const lags = {
  cloudFront: { leastMinutes: 1, mostMinutes: 3 },
  metricFilter: { leastMinutes: 1, mostMinutes: 2 },
  apiGateway: { leastMinutes: 1, mostMinutes: 1 },
  lambda: { leastMinutes: 1, mostMinutes: 1 },
  embeddedMetrics: { leastMinutes: 1, mostMinutes: 1 },
  logs: { leastMinutes: 1, mostMinutes: 1 },
} as const satisfies Record<string, Lag>;

export type Source = keyof typeof lags;

/** When a sample is seen that was measured at one time and came to CloudWatch at another. */
export function visibleAtSeconds(source: Source, atSeconds: number, arrivedSeconds: number): number {
  const { leastMinutes, mostMinutes }: Lag = lags[source];
  const minute = Math.floor(Math.max(atSeconds, arrivedSeconds) / 60);
  return (minute + 1 + leastMinutes + (minute % (mostMinutes - leastMinutes + 1))) * 60;
}
