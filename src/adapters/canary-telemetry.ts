import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { canaryMetrics, metricNamespace, serviceName } from '../metrics.ts';

/** What one walk found. */
export interface CanaryReport {
  readonly key: string;
  readonly statuses: readonly number[];
  readonly milliseconds: number;
  /** Each is a sentence; none means healthy. */
  readonly faults: readonly string[];
}

/** One line of metrics and one of log for each walk, on standard output. */
export function canaryTelemetry({ stage, serviceVersion }: { stage: string; serviceVersion: string }) {
  const logger = new Logger({ serviceName, persistentKeys: { stage, version: serviceVersion } });
  const metrics = new Metrics({ namespace: metricNamespace, serviceName, defaultDimensions: { stage } });
  return {
    report({ key, statuses, milliseconds, faults }: CanaryReport): void {
      // The 0 is emitted, too: an alarm tells a walk that went well from one that never happened.
      metrics.addMetric('CanaryFailures', canaryMetrics.CanaryFailures.unit, faults.length > 0 ? 1 : 0);
      metrics.addMetric('CanaryMs', canaryMetrics.CanaryMs.unit, milliseconds);
      const facts = { key, statuses: statuses.join(' '), faults: faults.join(' ') };
      for (const [name, value] of Object.entries(facts)) metrics.addMetadata(name, value);
      metrics.publishStoredMetrics();
      if (faults.length > 0) logger.error('A made-up viewer did not get a new image', { ...facts, milliseconds });
      else logger.info('A made-up viewer got a new image', { ...facts, milliseconds });
    },
    /** What was left behind goes by itself; it is only said. */
    leftBehind(key: string, cause: unknown): void {
      logger.warn('The image of a walk could not be removed', { key, cause: String(cause) });
    },
  };
}
