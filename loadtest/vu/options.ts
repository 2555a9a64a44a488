import type { Threshold as K6Threshold, Options, Scenario } from 'k6/options';
import { config } from '../../src/config.ts';
import { usersFor } from '../lib/load.ts';
import type { ScenarioPlan } from '../lib/plan.ts';
import { scenarios } from '../scenario-table.ts';
import { thresholdsFor } from '../thresholds.ts';

/** What k6 needs to be told, from the plan and the config alone. */
export function optionsFor(plan: ScenarioPlan): Options {
  return {
    scenarios: { [plan.scenario]: executor(plan) },
    thresholds: k6Thresholds(plan),
    summaryTrendStats: ['count', 'min', 'med', 'p(95)', 'p(99)', 'max'],
    // The walk looks at every hop; a redirect that k6 followed would be seen by nobody.
    maxRedirects: 0,
    // CloudFront has many addresses: each new connection looks them up anew.
    dns: { ttl: '0', select: 'roundRobin', policy: 'preferIPv4' },
    userAgent: 'resize-on-miss load test',
    setupTimeout: '10m',
  };
}

/** Open model: views start when they are due, however slow the chain is; a closed one would slow down with it. */
function executor({ load, scenario }: ScenarioPlan): Scenario {
  const gracefulStop = `${config.limits.apiSeconds}s`;
  if (load.kind === 'herd') {
    const seconds = load.rounds * load.secondsApart + config.limits.apiSeconds;
    return { executor: 'per-vu-iterations', vus: load.viewers, iterations: load.rounds, maxDuration: `${seconds}s` };
  }
  return {
    executor: 'ramping-arrival-rate',
    startRate: load.fromPerMinute,
    timeUnit: '1m',
    stages: load.steps.map(({ seconds, perMinute }) => ({ duration: `${seconds}s`, target: perMinute })),
    preAllocatedVUs: usersFor(load, scenarios[scenario]),
    gracefulStop,
  };
}

function k6Thresholds(plan: ScenarioPlan): Record<string, K6Threshold[]> {
  const byMetric: Record<string, K6Threshold[]> = {};
  for (const { metric, expression, class: is } of thresholdsFor(plan, config)) {
    const one = is === 'alarm' ? { threshold: expression, abortOnFail: true } : expression;
    byMetric[metric] = [...(byMetric[metric] ?? []), one];
  }
  return byMetric;
}
