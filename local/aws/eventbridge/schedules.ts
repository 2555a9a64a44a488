import { randomUUID } from 'node:crypto';
import { newTraceId } from '../lambda/lambda.ts';
import type { InvokePermission } from '../lambda/lambda-function.ts';
import { emulated, label, type SupportTable, without } from '../template/check-support.ts';
import { Properties } from '../template/properties.ts';
import type { Account, Resource, ResourceIndex } from '../template/template.ts';

/** Runs the scheduled rules of a template. */
export interface Schedules {
  /**
   * Invokes the targets that are due by the chain's clock, and resolves when they have ended. A rule is due for the first
   * time when its rate has passed once. After a jump of the clock each target runs once.
   */
  run(): Promise<void>;
}

export interface SchedulesOptions {
  readonly rules: readonly ScheduleRule[];
  readonly permissions: readonly InvokePermission[];
  readonly account: Pick<Account, 'accountId' | 'region'>;
  readonly clock: { now(): number };
  invoke(functionArn: string, event: string, traceId: string): Promise<unknown>;
}

export function createSchedules({ rules, permissions, account, clock, invoke }: SchedulesOptions): Schedules {
  const dueAt = new Map(rules.map((rule) => [rule, clock.now() + rule.everyMilliseconds]));

  /** Whether the rule is due. If so, it also sets the next time. */
  function isDue(rule: ScheduleRule): boolean {
    const now = clock.now();
    const { everyMilliseconds } = rule;
    const due = Math.min(dueAt.get(rule) ?? now, now + everyMilliseconds);
    const missed = Math.floor((now - due) / everyMilliseconds);
    dueAt.set(rule, now < due ? due : due + (missed + 1) * everyMilliseconds);
    return now >= due;
  }

  /** Without permission the function is not called, and EventBridge reports nothing. */
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

/** An `AWS::Events::Rule` with a rate. */
export interface ScheduleRule {
  readonly logicalId: string;
  readonly arn: string;
  readonly everyMilliseconds: number;
  readonly targets: readonly { readonly functionArn: string /** JSON. */; readonly input?: string }[];
}

const units: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** The enabled rules without an event pattern. */
export function readScheduleRules(template: ResourceIndex): readonly ScheduleRule[] {
  return template
    .ofType('AWS::Events::Rule')
    .filter((resource) => !Properties.of(resource).has('EventPattern'))
    .filter((resource) => Properties.of(resource).oneOf('State', ['ENABLED', 'DISABLED'], 'ENABLED') === 'ENABLED')
    .map((resource) => readRule(resource, template));
}

function readRule(resource: Resource, template: ResourceIndex): ScheduleRule {
  const rule = Properties.of(resource);
  return {
    logicalId: resource.logicalId,
    arn: resource.attributes.Arn ?? '',
    everyMilliseconds: readRate(rule),
    targets: rule.children('Targets').map((target) => {
      const functionArn = target.text('Arn');
      if (!/^arn:[^:]+:lambda:/.test(functionArn)) throw target.refusal('Arn', 'the ARN of a Lambda');
      refuseRetries(target, functionArn, template);
      const input = target.optionalText('Input');
      return { functionArn, ...(input === undefined ? {} : { input }) };
    }),
  };
}

/** "Schedule expressions": the unit is singular for 1, and plural otherwise. */
function readRate(rule: Properties): number {
  const [, count = '', unit = '', plural = ''] =
    /^rate\(([1-9]\d*) (minute|hour|day)(s?)\)$/.exec(rule.text('ScheduleExpression')) ?? [];
  const every = units[unit];
  if (every === undefined || (count === '1') !== (plural === '')) {
    throw rule.refusal('ScheduleExpression', 'a rate, such as rate(5 minutes)');
  }
  return Number(count) * every;
}

/** `FunctionName` may be a name or an ARN. */
function isAbout(config: Properties, functionArn: string): boolean {
  const [, name = '', qualifier = '$LATEST'] = /:function:([^:]+)(?::(.+))?$/.exec(functionArn) ?? [];
  const meant = config.text('FunctionName').replace(/^.*:function:/, '');
  return meant === name && config.text('Qualifier') === qualifier;
}

/** By default Lambda retries a failed event twice, minutes later, which is not emulated. */
function refuseRetries(target: Properties, functionArn: string, template: ResourceIndex): void {
  const attempts = template
    .ofType('AWS::Lambda::EventInvokeConfig')
    .map(Properties.of)
    .filter((config) => isAbout(config, functionArn))
    .map((config) => config.number('MaximumRetryAttempts', 2));
  if (attempts.length > 0 && attempts.every((count) => count === 0)) return;
  throw target.refusal('Arn', 'a function whose AWS::Lambda::EventInvokeConfig has MaximumRetryAttempts 0');
}

const soon = without('an event reaches its function at once or never');

/** Everything that is not listed is refused by name, such as inputs that are made from the event. */
export const supportedProperties: SupportTable = {
  'AWS::Events::Rule': {
    properties: {
      Name: emulated,
      Description: label,
      'EventPattern.**': emulated,
      ScheduleExpression: emulated,
      State: emulated,
      'Targets.*.Arn': emulated,
      'Targets.*.Id': emulated,
      'Targets.*.Input': emulated,
      'Targets.*.RetryPolicy.MaximumRetryAttempts': soon,
      'Targets.*.RetryPolicy.MaximumEventAgeInSeconds': soon,
      'Tags.**': label,
    },
  },
  'AWS::Lambda::EventInvokeConfig': {
    properties: {
      FunctionName: emulated,
      Qualifier: emulated,
      MaximumRetryAttempts: emulated,
      MaximumEventAgeInSeconds: soon,
    },
  },
};
