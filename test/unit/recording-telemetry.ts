import type { Telemetry } from '../../src/ports.ts';

/** Remembers what it is told, for tests to look at. */
export function recordingTelemetry() {
  const counted: string[] = [];
  const measured = new Map<string, number>();
  const presets: string[] = [];
  const noted: Record<string, string | number | boolean> = {};
  const telemetry: Telemetry = {
    count: (counter) => counted.push(counter),
    measure: (name, value) => measured.set(name, value),
    time: async (name, work) => {
      measured.set(name, 0);
      return work();
    },
    note: (facts) => Object.assign(noted, facts),
    countPreset: (name) => presets.push(name),
  };
  return { telemetry, counted, measured, presets, noted };
}
