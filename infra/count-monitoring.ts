import { conditionsOf } from '../dashboards/alarm.ts';
import { alarmsFor } from '../dashboards/alarms.ts';
import { metricsOf } from '../dashboards/metrics/series.ts';
import { pagesFor } from '../dashboards/pages.ts';
import type { ServiceConfig } from '../src/config.ts';
import { allowedPresets } from '../src/core/presets.ts';
import { isWatchedBy, monitoringSettings } from './constructs/monitoring-settings.ts';
import type { Assumptions } from './cost.ts';
import type { Environment } from './environments.ts';

type Counted = Pick<Assumptions, 'alarmMetrics' | 'compositeAlarms' | 'dashboards' | 'canaryViews'>;

/** Counts what AWS charges for the monitoring of an environment. */
export function countMonitoring(environment: Environment, config: ServiceConfig): Counted {
  const has = isWatchedBy(environment);
  const settings = monitoringSettings(config, environment);
  const alarms = has('alarms') ? [...alarmsFor(settings).values()] : [];
  const conditions = alarms.flatMap(conditionsOf);
  return {
    alarmMetrics: conditions.reduce((total, { value }) => total + metricsOf(value).length, 0),
    // One for each alarm with two conditions, and the one that pages.
    compositeAlarms: alarms.length === 0 ? 0 : alarms.filter((alarm) => conditionsOf(alarm).length > 1).length + 1,
    dashboards: has('dashboards') ? pagesFor(settings).length : 0,
    canaryViews: has('canary') ? Math.round((30 * 24 * 60 * viewsOfRun(config)) / config.canary.minutes) : 0,
  };
}

/** Each run of the canary loads one preset in all its formats. */
function viewsOfRun({ presets }: ServiceConfig): number {
  return allowedPresets(presets).size / Object.keys(presets).length;
}
