import { type Alarm, type AlarmName, type Condition, quietIsGood } from '../alarm.ts';
import { sum } from '../metrics/series.ts';
import { faultRate, requestRate } from '../rates.ts';
import type { Settings } from '../settings.ts';

/** How much faster than allowed the error budget of a month is spent (The Site Reliability Workbook, "Alerting on SLOs"). */
export const burn = { fast: 14.4, slow: 6, creeping: 3 } as const;

export function faultAlarms(settings: Settings) {
  const allowedPercent = 100 * settings.config.objectives.faultRate;
  const over = (times: number, periodSeconds: number): Condition => ({
    value: faultRate(20),
    is: 'over',
    threshold: times * allowedPercent,
    periodSeconds,
    datapoints: { count: 1, of: 1 },
    missing: quietIsGood,
  });
  const hours = 3600;
  return {
    'error-budget-burn-fast': {
      severity: 'page',
      says: 'The API fails: it would spend the error budget of a month in two days',
      because: `${burn.fast} times the allowed ${allowedPercent} % over an hour, and still in the last five minutes: 2 % of the month's budget in that hour.`,
      when: [over(burn.fast, 1 * hours), over(burn.fast, 300)],
    },
    'error-budget-burn-slow': {
      severity: 'page',
      says: 'The API fails: it would spend the error budget of a month in five days',
      because: `${burn.slow} times the allowed ${allowedPercent} % over six hours, and still in the last thirty minutes.`,
      when: [over(burn.slow, 6 * hours), over(burn.slow, 1800)],
    },
    'error-budget-burn-creeping': {
      severity: 'ticket',
      says: 'The API fails a little, for long: it would spend the error budget of a month in ten days',
      because: `${burn.creeping} times the allowed ${allowedPercent} % over a day, and still in the last two hours. A day is CloudWatch's longest period.`,
      when: [over(burn.creeping, 24 * hours), over(burn.creeping, 2 * hours)],
    },
    'lambda-errors': {
      severity: 'ticket',
      says: 'Calls of the Lambda end without a reply',
      because:
        'Out of memory, a timeout, or a hanging decoder: a defect, or a malicious image. When many viewers are affected, error-budget-burn-fast pages.',
      when: {
        value: sum('Lambda.Errors'),
        is: 'at least',
        threshold: 1,
        periodSeconds: 60,
        datapoints: { count: 3, of: 5 },
        missing: quietIsGood,
      },
    },
    'missing-originals': {
      severity: 'ticket',
      says: 'Many requests are for missing originals',
      because:
        'One in five for a quarter of an hour: originals were deleted, links are wrong, or a client guesses keys. Each costs a call of the Lambda.',
      when: {
        value: requestRate('OriginalMissing', 50),
        is: 'over',
        threshold: 20,
        periodSeconds: 300,
        datapoints: { count: 3, of: 3 },
        missing: quietIsGood,
      },
    },
    'broken-originals': {
      severity: 'ticket',
      says: 'Many originals cannot be decoded',
      because:
        'One request in ten for a quarter of an hour. Some broken uploads are normal; so many mean that uploads are cut, or that a release cannot decode a format.',
      when: {
        value: requestRate('OriginalBroken', 20),
        is: 'over',
        threshold: 10,
        periodSeconds: 300,
        datapoints: { count: 3, of: 3 },
        missing: quietIsGood,
      },
    },
    'look-ups-failing': {
      severity: 'ticket',
      says: 'S3 does not say whether derivatives exist',
      because:
        'One request in twenty for a quarter of an hour. Viewers get their images, but each is made again, and loops are counted as races only.',
      when: {
        value: requestRate('LookUpFailures', 20),
        is: 'over',
        threshold: 5,
        periodSeconds: 300,
        datapoints: { count: 3, of: 3 },
        missing: quietIsGood,
      },
    },
    'metrics-rejected': {
      severity: 'ticket',
      says: 'CloudWatch rejects metrics of the service, so other alarms may not work',
      because: 'One is a defect of a release.',
      when: {
        value: {
          of: { unread: sum('Logs.EMFParsingErrors'), invalid: sum('Logs.EMFValidationErrors') },
          result: 'unread + invalid',
        },
        is: 'at least',
        threshold: 1,
        periodSeconds: 300,
        datapoints: { count: 1, of: 1 },
        missing: quietIsGood,
      },
    },
    ...(settings.canary && {
      'canary-failing': {
        severity: 'page',
        says: 'The canary does not get its image',
        because: `It runs every ${settings.config.canary.minutes} minutes from outside, so it also sees what no metric shows, and it works without traffic. Two of three runs allow for one accident.`,
        when: {
          value: sum('CanaryFailures'),
          is: 'at least',
          threshold: 1,
          periodSeconds: 60 * settings.config.canary.minutes,
          datapoints: { count: 2, of: 3 },
          missing: { as: 'breaching', because: 'a canary that does not run finds nothing' },
        },
      },
    }),
  } as const satisfies Partial<Record<AlarmName, Alarm>>;
}
