import { conditionsOf } from '../dashboards/alarm.ts';
import { alarmsFor } from '../dashboards/alarms.ts';
import { metricsOf } from '../dashboards/metrics/series.ts';
import { pagesFor } from '../dashboards/pages.ts';
import type { Settings } from '../dashboards/settings.ts';
import type { ServiceConfig } from '../src/config.ts';
import { allowedPresets } from '../src/core/presets.ts';
import { walkMinutes } from './constructs/walker.ts';
import type { Assumptions } from './cost.ts';
import type { Environment, MonitoringPart } from './environments.ts';
import memory from './function-memory.json' with { type: 'json' };

type Counted = Pick<Assumptions, 'alarmMetrics' | 'compositeAlarms' | 'dashboards' | 'walks'>;

/** What the monitoring of an environment is charged by. */
export function countMonitoring(environment: Environment, config: ServiceConfig): Counted {
  const has = (part: MonitoringPart) => !environment.withoutMonitoring?.includes(part);
  const { stage, architecture, budget } = environment;
  const settings: Settings = {
    stage,
    config,
    architecture,
    memoryMegabytes: memory.memoryMegabytes,
    presets: [...allowedPresets(config.presets).keys()],
    alarms: has('alarms'),
    walks: has('walker'),
    ...(budget && { monthlyBudgetDollars: budget.monthlyDollars }),
  };
  const alarms = has('alarms') ? [...alarmsFor(settings).values()] : [];
  const conditions = alarms.flatMap(conditionsOf);
  return {
    alarmMetrics: conditions.reduce((total, { value }) => total + metricsOf(value).length, 0),
    // One for each pair of windows, and the one that pages.
    compositeAlarms: alarms.length === 0 ? 0 : alarms.filter((alarm) => conditionsOf(alarm).length > 1).length + 1,
    dashboards: has('dashboards') ? pagesFor(settings).length : 0,
    walks: has('walker') ? (30 * 24 * 60) / walkMinutes : 0,
  };
}
