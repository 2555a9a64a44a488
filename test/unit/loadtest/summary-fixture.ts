import { checkName, type DefectCode, defectCodes } from '../../../loadtest/lib/defects.ts';
import type { ScenarioPlan } from '../../../loadtest/lib/plan.ts';
import type { ScenarioResult } from '../../../loadtest/report/findings.ts';
import type { Summary, SummaryMetric } from '../../../loadtest/report/summary.ts';
import { makePlan } from '../../../loadtest/run/make-plan.ts';
import type { ScenarioName } from '../../../loadtest/scenario-table.ts';
import { thresholdsFor } from '../../../loadtest/thresholds.ts';
import { config } from '../../../src/config.ts';

const image = { type: 'jpeg', width: 9, height: 9, bytes: new Uint8Array(9), extension: '.jpg' } as const;

export function planFileOf(scenario: ScenarioName) {
  return makePlan({
    runId: '20260101-000000-abcd',
    scenario,
    workload: 'smoke',
    seed: 1,
    imageUrl: 'http://127.0.0.1:8080',
    apiUrl: 'http://127.0.0.1:8081/resize',
    isLoopback: true,
    capacity: config.capacity.staging,
    corpus: [image, { ...image, width: 8 }],
  }).plan;
}

export function planOf(scenario: ScenarioName, more: Partial<ScenarioPlan> = {}): ScenarioPlan {
  return { ...planFileOf(scenario), ...more };
}

export interface Seen {
  readonly metrics?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Metrics whose thresholds are crossed. */
  readonly crossed?: readonly string[];
  /** Views with each defect. */
  readonly defects?: Partial<Record<DefectCode, number>>;
  /** Checked views. */
  readonly views?: number;
}

/** The result of a healthy scenario, with other values where a test wants them. */
export function resultOf(
  plan: ScenarioPlan,
  { metrics = {}, crossed = [], defects = {}, views = 10 }: Seen = {},
): ScenarioResult {
  const thresholds = thresholdsFor(plan, config);
  const all: Record<string, SummaryMetric> = {};
  for (const { metric, expression } of thresholds) {
    const before = all[metric]?.thresholds ?? {};
    const judged = { ...before, [expression]: crossed.includes(metric) };
    all[metric] = { ...metrics[metric], thresholds: judged } as unknown as SummaryMetric;
  }
  const checks = defectCodes.map((code) => {
    const fails = defects[code] ?? 0;
    return [checkName(code), { fails, passes: views - fails }] as const;
  });
  const summary = {
    metrics: { iterations: { count: views }, ...metrics, ...all },
    root_group: { checks: Object.fromEntries(checks) },
  } as Summary;
  const exitCode = crossed.length > 0 ? 99 : 0;
  return { plan, thresholds, run: { exitCode, seconds: 9, summary, messages: [], log: ['the last line'] } };
}
