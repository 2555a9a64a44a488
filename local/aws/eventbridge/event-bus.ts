import { type Policy, readPolicy } from '../iam/policy.ts';
import type { BucketEvent } from '../s3/bucket-events.ts';
import type { Queue } from '../sqs/queue.ts';
import { Properties } from '../template/properties.ts';
import { type Account, isRecord, type Resource, type ResourceIndex, TemplateError } from '../template/template.ts';
import type { Timers } from '../timers.ts';

/** An enabled `AWS::Events::Rule` with an event pattern. */
export interface PatternRule {
  readonly arn: string;
  readonly matches: (event: unknown) => boolean;
  readonly queueArns: readonly string[];
}

export interface EventBusOptions {
  readonly rules: readonly PatternRule[];
  readonly queues: readonly Queue[];
  /** What each queue's policy says, by ARN. */
  readonly queuePolicies: ReadonlyMap<string, readonly Policy[]>;
  readonly account: Pick<Account, 'accountId'>;
  readonly clock: { now(): number };
  readonly timers: Timers;
  /** How many milliseconds later an event reaches a target. Several numbers deliver it several times, none loses it. */
  delays(event: BucketEvent, queueArn: string): readonly number[];
}

/** The default event bus: hands events to the queues of the rules that match. */
export function createEventBus(options: EventBusOptions): (event: BucketEvent) => void {
  const { rules, queues, queuePolicies, account, clock, timers, delays } = options;

  /** EventBridge reports nothing where a queue refuses the event. */
  function mayDeliver(rule: PatternRule, queueArn: string): boolean {
    const verdicts = (queuePolicies.get(queueArn) ?? []).map((policy) =>
      policy({
        action: 'sqs:SendMessage',
        resource: queueArn,
        principal: 'events.amazonaws.com',
        accountId: account.accountId,
        context: {
          'aws:sourcearn': rule.arn,
          'aws:sourceaccount': account.accountId,
          'aws:securetransport': 'true',
        },
      }),
    );
    return verdicts.includes('allow') && !verdicts.includes('deny');
  }

  return (event) => {
    for (const rule of rules.filter(({ matches }) => matches(event))) {
      for (const queueArn of rule.queueArns) {
        const queue = queues.find(({ arn }) => arn === queueArn);
        if (!queue || !mayDeliver(rule, queueArn)) continue;
        for (const delay of delays(event, queueArn)) {
          timers.at(clock.now() + delay, () => queue.send(JSON.stringify(event)));
        }
      }
    }
  };
}

export function readPatternRules(template: ResourceIndex): readonly PatternRule[] {
  return template
    .ofType('AWS::Events::Rule')
    .filter((resource) => Properties.of(resource).has('EventPattern'))
    .filter((resource) => Properties.of(resource).oneOf('State', ['ENABLED', 'DISABLED'], 'ENABLED') === 'ENABLED')
    .map((resource) => {
      const rule = Properties.of(resource);
      return {
        arn: resource.attributes.Arn ?? '',
        matches: readPattern(`${resource.logicalId}: EventPattern`, rule.value('EventPattern')),
        queueArns: rule.children('Targets').map((target) => {
          const arn = target.text('Arn');
          const isQueue = template.ofType('AWS::SQS::Queue').some(({ attributes }) => attributes.Arn === arn);
          if (!isQueue) throw target.refusal('Arn', 'the ARN of a queue of the template');
          return arn;
        }),
      };
    });
}

/** Reads an event pattern ("Creating Amazon EventBridge event patterns"). Operators that are not here are refused. */
function readPattern(path: string, pattern: unknown): (value: unknown) => boolean {
  if (Array.isArray(pattern)) {
    const tests = pattern.map((one, at) => readOperator(`${path}.${at}`, one));
    return (value) => tests.some((test) => test(value));
  }
  if (!isRecord(pattern))
    throw new TemplateError(`${path} is ${JSON.stringify(pattern)}: expected a list or an object`);
  const fields = Object.entries(pattern).map(([name, of]) => [name, readPattern(`${path}.${name}`, of)] as const);
  return (value) => isRecord(value) && fields.every(([name, test]) => test(value[name]));
}

function readOperator(path: string, operator: unknown): (value: unknown) => boolean {
  if (typeof operator === 'string') return (value) => value === operator;
  const [[name, operand] = [], ...more] = isRecord(operator) ? Object.entries(operator) : [];
  if (name === 'prefix' && typeof operand === 'string' && more.length === 0) {
    return (value) => typeof value === 'string' && value.startsWith(operand);
  }
  if (name === 'anything-but' && isRecord(operand) && more.length === 0) {
    const { prefix, ...others } = operand;
    const prefixes = [prefix].flat();
    if (Object.keys(others).length === 0 && prefixes.every((one) => typeof one === 'string')) {
      // A field that the event lacks does not match.
      return (value) => typeof value === 'string' && !prefixes.some((one) => value.startsWith(one));
    }
  }
  throw new TemplateError(`${path} is ${JSON.stringify(operator)}: expected text, prefix, or anything-but with prefix`);
}

/** The statements of all policies of each queue, by the queue's ARN. */
export function readQueuePolicies({ ofType }: ResourceIndex): ReadonlyMap<string, readonly Policy[]> {
  const policiesOf = ({ ref }: Resource) =>
    ofType('AWS::SQS::QueuePolicy')
      .filter((policy) => Properties.of(policy).texts('Queues').includes(ref))
      .map(({ logicalId, properties }) => readPolicy(`${logicalId}.PolicyDocument`, properties.PolicyDocument));
  return new Map(ofType('AWS::SQS::Queue').map((queue) => [queue.attributes.Arn ?? '', policiesOf(queue)]));
}
