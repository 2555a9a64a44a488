import type { ScenarioPlan } from '../../../loadtest/lib/plan.ts';
import type { ScenarioResult } from '../../../loadtest/run/findings.ts';
import { makePlan } from '../../../loadtest/run/make-plan.ts';
import type { SummaryMetric } from '../../../loadtest/run/summary.ts';
import type { ScenarioName } from '../../../loadtest/scenario-table.ts';
import { thresholdsFor } from '../../../loadtest/thresholds.ts';
import { config } from '../../../src/config.ts';

const image = { type: 'jpeg', width: 9, height: 9, bytes: new Uint8Array(9), extension: '.jpg' } as const;

export function planOf(scenario: ScenarioName, more: Partial<ScenarioPlan> = {}): ScenarioPlan {
  const { plan } = makePlan({
    runId: '20260101-000000-abcd',
    scenario,
    workload: 'smoke',
    seed: 1,
    imageUrl: 'http://127.0.0.1:8080',
    apiUrl: 'http://127.0.0.1:8081/resize',
    isLoopback: true,
    capacity: config.capacity.staging,
    corpus: [image, { ...image, width: 8 }],
  });
  return { ...plan, ...more };
}

export type Metrics = Record<string, SummaryMetric['values']>;

/** What k6 would have to say of a healthy run, with other values and crossed thresholds where a test wants them. */
export function resultOf(plan: ScenarioPlan, values: Metrics = {}, crossed: readonly string[] = []): ScenarioResult {
  const thresholds = thresholdsFor(plan, config);
  const metrics: Record<string, SummaryMetric> = {};
  for (const { metric, expression } of thresholds) {
    const before = metrics[metric]?.thresholds ?? {};
    metrics[metric] = {
      values: values[metric] ?? {},
      thresholds: { ...before, [expression]: { ok: !crossed.includes(metric) } },
    };
  }
  for (const [metric, own] of Object.entries(values)) metrics[metric] = { ...metrics[metric], values: own };
  return {
    plan,
    thresholds,
    run: { exitCode: crossed.length > 0 ? 99 : 0, seconds: 9, summary: { metrics }, told: [], log: 'the last line' },
  };
}
