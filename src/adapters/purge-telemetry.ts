import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { metricNamespace, type PurgeMetric, purgeMetrics, serviceName } from '../metrics.ts';
import type { PurgeReport } from '../ports.ts';

interface BatchReport extends PurgeReport {
  readonly pass: string;
  readonly messages: number;
}

/** Writes one line of metrics and one log line for each batch to standard output. */
export function purgeTelemetry({ stage, serviceVersion }: { stage: string; serviceVersion: string }) {
  const logger = new Logger({ serviceName, persistentKeys: { stage, version: serviceVersion } });
  const metrics = new Metrics({ namespace: metricNamespace, serviceName, defaultDimensions: { stage } });
  const add = (name: PurgeMetric, value: number) => metrics.addMetric(name, purgeMetrics[name].unit, value);
  return {
    report({ purged, deleted, invalidated, heldBack, lagSeconds, failures, ...facts }: BatchReport): void {
      add('OriginalsPurged', purged);
      add('DerivativesDeleted', deleted);
      add('Invalidations', invalidated);
      add('InvalidationsHeldBack', heldBack.items);
      add('PurgeFailures', failures.size);
      for (const seconds of lagSeconds) add('PurgeLagSeconds', seconds);
      // The 100th value of a metric publishes all of them (Powertools).
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
      const line = { ...facts, purged, deleted, invalidated, heldBack: heldBack.items, failures: failures.size };
      // One of them stands for all: they have nearly always the same reason.
      const [reason] = failures.values();
      if (reason !== undefined)
        logger.error('The purge failed for some originals', { ...line, error: reason as Error });
      else logger.info('originals purged', line);
      if (heldBack.keys.length > 0) {
        logger.warn('CloudFront keeps old images: the limit of the day is reached', { keys: heldBack.keys });
      }
    },
  };
}
