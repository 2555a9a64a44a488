import { BrokenLine, type RejectedLine, readEmfMetrics } from '../emf/read-metrics.ts';
import type { Publisher, Put } from './publisher.ts';

/** Metrics out of log lines, of every group. Lines that break a rule are counted in `AWS/Logs` and handed on. */
export function publishEmbedded(put: Put, onRejected: (line: RejectedLine) => void): Publisher {
  return {
    hear(event) {
      if (event.kind !== 'log') return;
      const { at, group, line } = event;
      try {
        for (const { atMilliseconds, values, ...id } of readEmfMetrics(line, at) ?? []) {
          for (const value of values) {
            put('embeddedMetrics', { ...id, atSeconds: atMilliseconds / 1000, value }, at / 1000);
          }
        }
      } catch (error) {
        if (!(error instanceof BrokenLine)) throw error;
        const name = error.kind === 'parsing' ? 'EMFParsingErrors' : 'EMFValidationErrors';
        const dimensions = { LogGroupName: group };
        put('logs', { namespace: 'AWS/Logs', name, dimensions, atSeconds: at / 1000, value: 1 });
        onRejected({ atMilliseconds: at, message: line, group, because: error.message });
      }
    },
  };
}
