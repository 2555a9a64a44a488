import { type ScenarioName, scenarios } from '../scenario-table.ts';
import { phases } from '../thresholds.ts';
import { type ScenarioResult, summaryOf } from './findings.ts';
import { emptySummary, type Percentiles, percentiles } from './summary.ts';

/** One row of the table of latencies: a whole view, one of its hops, or a phase of the Lambda. */
export interface Latency extends Percentiles {
  readonly scenario: ScenarioName;
  readonly name: string;
}

const hopNames = ['1 (edge)', '2 (API)', '3 (edge)'];

export function latenciesOf(result: ScenarioResult): Latency[] {
  const { scenario } = result.plan;
  const summary = summaryOf(result) ?? emptySummary;
  const row = (name: string, metric: string): Latency[] => {
    const values = percentiles(summary, metric);
    return values ? [{ scenario, name, ...values }] : [];
  };
  const ofKind = (kind: string): Latency[] => {
    const hops = hopNames.flatMap((name, at) => row(`${kind} view, hop ${name}`, `hop_ms{kind:${kind},hop:${at + 1}}`));
    return [
      ...row(`${kind} view`, `view_ms{kind:${kind}}`),
      ...(kind === 'cold'
        ? [
            ...row('cold view, warm Lambda', 'view_ms{kind:cold,init:no}'),
            ...row('cold view, Lambda just started', 'view_ms{kind:cold,init:yes}'),
          ]
        : []),
      // The hop of a view with one hop is the view. Invalid requests go to either entry point first.
      ...(kind === 'invalid' || hops.length < 2 ? [] : hops),
    ];
  };
  return [
    ...scenarios[scenario].kinds.flatMap(ofKind),
    ...row('replacement to the new image', 'fresh_ms'),
    // In `warm-hit` the Lambda takes part in the pre-warming only.
    ...(scenario === 'warm-hit' ? [] : phases).flatMap((phase) => row(`Lambda, ${phase}`, `phase_ms{phase:${phase}}`)),
  ];
}
