export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export type MissingData = 'missing' | 'ignore' | 'breaching' | 'notBreaching';

/** "M out of N". */
export interface Evaluation {
  readonly datapointsToAlarm: number;
  readonly evaluationPeriods: number;
  readonly treatMissingData: MissingData;
}

/**
 * CloudWatch fetches more points than it evaluates, and evaluates the newest existing ones. How many more is not documented;
 * the tables of the documentation fetch five for three.
 */
export function pointsToFetch({ evaluationPeriods }: Evaluation): number {
  return evaluationPeriods + 2;
}

/**
 * The state for points, oldest first: `true` is breaching, `undefined` is missing ("Configuring how CloudWatch
 * alarms treat missing data").
 */
export function alarmState(
  points: readonly (boolean | undefined)[],
  { datapointsToAlarm, evaluationPeriods, treatMissingData }: Evaluation,
  current: AlarmState,
): AlarmState {
  const existing = points.filter((point) => point !== undefined);
  const breaching = (among: readonly boolean[]) => among.filter((point) => point).length;

  // With enough points, gaps between them do not matter.
  if (existing.length >= evaluationPeriods) {
    return breaching(existing.slice(-evaluationPeriods)) >= datapointsToAlarm ? 'ALARM' : 'OK';
  }
  const filled = evaluationPeriods - existing.length;
  switch (treatMissingData) {
    case 'breaching':
      return breaching(existing) + filled >= datapointsToAlarm ? 'ALARM' : 'OK';
    case 'notBreaching':
      return breaching(existing) >= datapointsToAlarm ? 'ALARM' : 'OK';
    case 'ignore':
      if (breaching(existing) >= datapointsToAlarm) return 'ALARM';
      return existing.includes(false) ? 'OK' : current;
    case 'missing':
      if (breaching(existing) >= datapointsToAlarm || staysBreaching(points, datapointsToAlarm)) return 'ALARM';
      return existing.includes(false) ? 'OK' : 'INSUFFICIENT_DATA';
  }
}

/** An old breaching point without a good one since: the alarm does not wait for more points. */
function staysBreaching(points: readonly (boolean | undefined)[], datapointsToAlarm: number): boolean {
  const oldest = points.findIndex((point) => point !== undefined);
  return oldest >= 0 && !points.includes(false) && points.length - oldest >= datapointsToAlarm;
}
