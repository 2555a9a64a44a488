import { randomUUID } from 'node:crypto';
import type { Account } from '../../template/template.ts';
import type { Permission } from '../lambda/lambda-function.ts';
import { newTraceId } from '../trace-id.ts';
import type { ScheduleRule } from './rules.ts';

/** What the rules of a template start by the clock. */
export interface Schedules {
  /**
   * Invokes the targets that are due by the clock, first when the rate has passed once, and ends when they have ended.
   * What was missed is not made up for: after a jump of the clock each target runs once.
   */
  run(): Promise<void>;
}

export interface SchedulesOptions {
  readonly rules: readonly ScheduleRule[];
  readonly permissions: readonly Permission[];
  readonly account: Pick<Account, 'accountId' | 'region'>;
  readonly clock: { now(): number };
  invoke(functionArn: string, event: string, traceId: string): Promise<unknown>;
}

export function createSchedules({ rules, permissions, account, clock, invoke }: SchedulesOptions): Schedules {
  const dueAt = new Map(rules.map((rule) => [rule, clock.now() + rule.everyMilliseconds]));

  /** Whether it is time, and notes when it is again. */
  function isDue(rule: ScheduleRule): boolean {
    const now = clock.now();
    const { everyMilliseconds } = rule;
    const due = Math.min(dueAt.get(rule) ?? now, now + everyMilliseconds);
    const missed = Math.floor((now - due) / everyMilliseconds);
    dueAt.set(rule, now < due ? due : due + (missed + 1) * everyMilliseconds);
    return now >= due;
  }

  /** EventBridge says nothing to whoever made the rule when the function does not let itself be called. */
  function mayInvoke(rule: ScheduleRule, functionArn: string): boolean {
    return permissions.some(
      (permission) =>
        permission.functionArn === functionArn &&
        permission.principal === 'events.amazonaws.com' &&
        (permission.sourceArn === undefined || permission.sourceArn === rule.arn),
    );
  }

  function eventOf({ arn }: ScheduleRule): string {
    return JSON.stringify({
      version: '0',
      id: randomUUID(),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: account.accountId,
      time: new Date(clock.now()).toISOString().replace(/\.\d+Z$/, 'Z'),
      region: account.region,
      resources: [arn],
      detail: {},
    });
  }

  return {
    async run() {
      const due = rules.filter(isDue);
      await Promise.all(
        due.flatMap((rule) =>
          rule.targets
            .filter(({ functionArn }) => mayInvoke(rule, functionArn))
            .map(({ functionArn, input }) => invoke(functionArn, input ?? eventOf(rule), newTraceId(clock.now()))),
        ),
      );
    },
  };
}
