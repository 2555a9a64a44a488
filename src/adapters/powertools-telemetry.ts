import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { ServiceError } from '../core/service-error.ts';
import {
  type Counter,
  counters,
  type Measure,
  measures,
  metricNamespace,
  presetCounter,
  serviceName,
} from '../metrics.ts';
import type { Telemetry } from '../ports.ts';

type Facts = Record<string, string | number | boolean>;

/** The telemetry of one request. Nothing is written before `finish`, so that two requests never mix. */
export interface RequestTelemetry extends Telemetry {
  /** Writes the metrics and the log line; returns the milliseconds of each phase. Call it once. */
  finish(status: number, error?: ServiceError): Record<string, number>;
}

/** Writes JSON log lines and metrics (EMF) to standard output, where CloudWatch reads them. */
export function powertoolsTelemetry({ stage, serviceVersion }: { stage: string; serviceVersion: string }) {
  const logger = new Logger({ serviceName, persistentKeys: { stage, version: serviceVersion } });
  const metrics = new Metrics({ namespace: metricNamespace, serviceName, defaultDimensions: { stage } });
  const presetMetrics = metrics.singleMetric();
  const initMilliseconds = performance.now();
  let cold = true;
  let inProgress: Facts = {};

  return {
    /** The last line of a process whose decoder does not stop, with the image. */
    hung(): void {
      logger.error('The decoder does not stop; the process ends', { ...inProgress, code: 'decoder-hangs' });
    },

    begin(correlationId: string): RequestTelemetry {
      const started = performance.now();
      const isCold = cold;
      cold = false;
      const counted = new Map<Counter, number>([['ResizeRequests', 1]]);
      const measured = new Map<Measure, number>();
      const facts: Facts = { correlation_id: correlationId };
      let preset: string | undefined;
      inProgress = facts;
      if (isCold) counted.set('ColdStarts', 1);

      const telemetry: Telemetry = {
        count: (counter) => counted.set(counter, (counted.get(counter) ?? 0) + 1),
        // Phases add up: an original is opened, then read.
        measure: (name, value) => measured.set(name, (measured.get(name) ?? 0) + value),
        async time(name, work) {
          const from = performance.now();
          try {
            return await work();
          } finally {
            telemetry.measure(name, performance.now() - from);
          }
        },
        note: (more) => Object.assign(facts, more),
        countPreset(name) {
          preset = name;
        },
      };

      return {
        ...telemetry,
        finish(status, error) {
          telemetry.measure('TotalMs', performance.now() - started);
          telemetry.measure('PeakRssMB', process.resourceUsage().maxRSS / 1024);
          if (error) telemetry.count(counterOf(error));
          Object.assign(facts, { status, code: error?.code ?? 'ok' });

          emit(metrics, counted, measured, facts);
          // A single metric is written at once, with its dimension.
          if (preset) presetMetrics.addDimension('preset', preset).addMetric(presetCounter.name, presetCounter.unit, 1);
          log(logger, facts, measured, error);
          return phases(measured, isCold ? initMilliseconds : undefined);
        },
      };
    },
  };
}

function counterOf(error: ServiceError): Counter {
  if (error.code === 'original-missing') return 'OriginalMissing';
  if (error.code === 'image-broken') return 'OriginalBroken';
  if (error.code === 'edge-only') return 'DirectCalls';
  return error.isFault ? 'Faults' : 'Refused';
}

function emit(
  metrics: Metrics,
  counted: ReadonlyMap<Counter, number>,
  measured: ReadonlyMap<Measure, number>,
  facts: Readonly<Record<string, unknown>>,
): void {
  for (const [name, { unit }] of entries(counters)) metrics.addMetric(name, unit, counted.get(name) ?? 0);
  for (const [name, value] of measured) metrics.addMetric(name, measures[name].unit, value);
  for (const [name, value] of Object.entries(facts)) metrics.addMetadata(name, String(value));
  metrics.publishStoredMetrics();
}

function log(
  logger: Logger,
  facts: Record<string, unknown>,
  measured: ReadonlyMap<Measure, number>,
  error?: ServiceError,
) {
  const line = { ...facts, ...Object.fromEntries(measured) };
  if (!error) return logger.info('image served', line);
  if (!error.isFault) return logger.warn(error.message, line);
  return logger.error(error.message, { ...line, error });
}

/** The phases under their names in `Server-Timing`: `GetMs` becomes `get`. */
function phases(measured: ReadonlyMap<Measure, number>, initMilliseconds?: number): Record<string, number> {
  const rows = [...measured].filter(([name]) => name.endsWith('Ms'));
  return {
    ...(initMilliseconds !== undefined && { init: initMilliseconds }),
    ...Object.fromEntries(rows.map(([name, value]) => [name.slice(0, -2).toLowerCase(), value])),
  };
}

function entries<T extends object>(table: T) {
  return Object.entries(table) as [keyof T, T[keyof T]][];
}
