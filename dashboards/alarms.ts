import { type Alarm, type AlarmName, alarmNames } from './alarm.ts';
import { capacityAlarms } from './alarms/capacity-alarms.ts';
import { edgeAlarms } from './alarms/edge-alarms.ts';
import { faultAlarms } from './alarms/fault-alarms.ts';
import { purgeAlarms } from './alarms/purge-alarms.ts';
import { redirectAlarms } from './alarms/redirect-alarms.ts';
import type { Settings } from './settings.ts';

/** Returns the alarms of one environment, most urgent first. Some depend on options of the environment. */
export function alarmsFor(settings: Settings): ReadonlyMap<AlarmName, Alarm> {
  const alarms: Partial<Record<AlarmName, Alarm>> = {
    ...redirectAlarms(settings),
    ...edgeAlarms(settings),
    ...faultAlarms(settings),
    ...capacityAlarms(settings),
    ...(settings.purges && purgeAlarms(settings)),
  };
  return new Map(
    alarmNames.flatMap((name) => {
      const alarm = alarms[name];
      return alarm ? [[name, alarm] as const] : [];
    }),
  );
}
