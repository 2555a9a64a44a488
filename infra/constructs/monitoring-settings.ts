import type { Settings } from '../../dashboards/settings.ts';
import type { ServiceConfig } from '../../src/config.ts';
import { allowedPresets } from '../../src/core/presets.ts';
import type { Environment, MonitoringPart } from '../environments.ts';
import memory from '../function-memory.json' with { type: 'json' };

export function isWatchedBy({ withoutMonitoring = [] }: Environment): (part: MonitoringPart) => boolean {
  return (part) => !withoutMonitoring.includes(part);
}

/** What dashboards/ needs to know of an environment. */
export function monitoringSettings(config: ServiceConfig, environment: Environment): Settings {
  const { stage, architecture, budget, runbooksUrl } = environment;
  const has = isWatchedBy(environment);
  return {
    stage,
    config,
    architecture,
    memoryMegabytes: memory.memoryMegabytes,
    presets: [...allowedPresets(config.presets).keys()],
    alarms: has('alarms'),
    walks: has('walker'),
    ...(budget && { monthlyBudgetDollars: budget.monthlyDollars }),
    ...(runbooksUrl !== undefined && { runbooksUrl }),
  };
}
