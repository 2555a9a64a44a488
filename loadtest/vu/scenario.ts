/** The plan of the scenario that runs, and the options for k6 that follow from it. */
import { SharedArray } from 'k6/data';
import type { Threshold as K6Threshold, Options, Scenario } from 'k6/options';
import { config } from '../../src/config.ts';
import { type ExpectedViewAt, expectedViewsOf, presetsFor } from '../lib/expected-views.ts';
import { usersFor } from '../lib/load.ts';
import type { PlanFile, ScenarioPlan, SeededOriginals } from '../lib/plan.ts';
import { scenarios } from '../scenario-table.ts';
import { thresholdsFor } from '../thresholds.ts';

const file = __ENV.PLAN;
if (!file) throw new Error('PLAN is not set: expected the plan.json of a prepared run (loadtest/README.md)');

/** Virtual users share one copy of what they read: the originals of a long run are many. */
const shared = <T>(name: string, read: (plan: PlanFile) => T[]) =>
  new SharedArray<T>(name, () => read(JSON.parse(open(file))));

const [small] = shared('plan', (whole) => [{ ...whole, originals: undefined }]);
if (!small) throw new Error(`${file} is empty`);
export const plan: ScenarioPlan = small;

export const originals: SeededOriginals = {
  sound: shared('sound', (whole) => [...whole.originals.sound]),
  oddKeys: shared('oddKeys', (whole) => [...whole.originals.oddKeys]),
  replacements: shared('replacements', (whole) => [...whole.originals.replacements]),
};

/** Returns the views of a scenario by their number; each one is another derivative. */
export const viewsOf = (list: SeededOriginals['sound']): ExpectedViewAt =>
  expectedViewsOf(list, config, plan.chain.imageUrl, presetsFor(plan.scenario, config));
export const expectedViewAt = viewsOf(originals.sound);

export const options: Options = {
  scenarios: { [plan.scenario]: executor(plan) },
  thresholds: k6Thresholds(),
  summaryTrendStats: ['count', 'min', 'med', 'p(95)', 'p(99)', 'max'],
  // Each hop is judged; a redirect that k6 followed would be seen by nobody.
  maxRedirects: 0,
  // CloudFront has many addresses: each new connection resolves the name again.
  dns: { ttl: '0', select: 'roundRobin', policy: 'preferIPv4' },
  userAgent: 'resize-on-miss load test',
  setupTimeout: '10m',
};

/** An open model: views start when they are due, however slow the chain is. A closed one would slow down with it. */
function executor({ load, scenario }: ScenarioPlan): Scenario {
  const { apiSeconds } = config.limits;
  if (load.kind === 'herd') {
    const seconds = load.rounds * load.secondsApart + apiSeconds;
    return { executor: 'per-vu-iterations', vus: load.viewers, iterations: load.rounds, maxDuration: `${seconds}s` };
  }
  return {
    executor: 'ramping-arrival-rate',
    startRate: load.fromPerMinute,
    timeUnit: '1m',
    stages: load.steps.map(({ seconds, perMinute }) => ({ duration: `${seconds}s`, target: perMinute })),
    preAllocatedVUs: usersFor(load, scenarios[scenario]),
    gracefulStop: `${Math.max(apiSeconds, scenarios[scenario].secondsEach)}s`,
  };
}

function k6Thresholds(): Record<string, K6Threshold[]> {
  const byMetric: Record<string, K6Threshold[]> = {};
  for (const { metric, expression, class: is } of thresholdsFor(plan, config)) {
    const one = is === 'stop' ? { threshold: expression, abortOnFail: true } : expression;
    byMetric[metric] = [...(byMetric[metric] ?? []), one];
  }
  return byMetric;
}
