import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { canaryMetrics, metricNamespace, serviceName } from '../metrics.ts';

/** The result of one run. */
export interface CanaryReport {
  readonly key: string;
  /** Of each view: its preset and the statuses of its hops. */
  readonly statuses: readonly string[];
  /** The slowest view. */
  readonly milliseconds: number;
  /** Each is a sentence; none means healthy. */
  readonly faults: readonly string[];
}

/** Writes one line of metrics and one log line for each run to standard output. */
export function canaryTelemetry({ stage, serviceVersion }: { stage: string; serviceVersion: string }) {
  const logger = new Logger({ serviceName, persistentKeys: { stage, version: serviceVersion } });
  const metrics = new Metrics({ namespace: metricNamespace, serviceName, defaultDimensions: { stage } });
  return {
    report({ key, statuses, milliseconds, faults }: CanaryReport): void {
      // Also the 0: the alarm tells a run that went well from one that did not happen.
      metrics.addMetric('CanaryFailures', canaryMetrics.CanaryFailures.unit, faults.length > 0 ? 1 : 0);
      metrics.addMetric('CanaryMs', canaryMetrics.CanaryMs.unit, milliseconds);
      const facts = { key, statuses: statuses.join('; '), faults: faults.join('; ') };
      for (const [name, value] of Object.entries(facts)) metrics.addMetadata(name, value);
      metrics.publishStoredMetrics();
      if (faults.length > 0) logger.error('The canary did not get a new image', { ...facts, milliseconds });
      else logger.info('The canary got a new image', { ...facts, milliseconds });
    },
    /** Only logged: the buckets' lifecycle rules remove it within a day. */
    leftBehind(key: string, cause: unknown): void {
      logger.warn('The test image of the canary could not be removed', { key, cause: String(cause) });
    },
  };
}
