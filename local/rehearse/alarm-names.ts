/** The one alarm that tells somebody: red while any page is. */
export const pageAlarm = 'service-unhealthy';

/** Alarms by the names that their runbooks have: without the stack's name, and without the parts that pairs are made of. */
export interface AlarmNames {
  readonly all: readonly string[];
  full(name: string): string;
  /** Nothing for a part of a pair. */
  short(alarm: string): string | undefined;
}

export function createAlarmNames(alarms: readonly string[]): AlarmNames {
  const page = alarms.find((alarm) => alarm.endsWith(pageAlarm));
  if (page === undefined)
    throw new Error(`The template has no alarm ${pageAlarm}, only ${alarms.join(', ') || 'none'}`);
  const prefix = page.slice(0, -pageAlarm.length);
  const short = (alarm: string) =>
    /-(?:long|short)$/.test(alarm) || !alarm.startsWith(prefix) ? undefined : alarm.slice(prefix.length);
  return {
    all: alarms.flatMap((alarm) => short(alarm) ?? []),
    full: (name) => `${prefix}${name}`,
    short,
  };
}
