import { describe, expect, it } from 'vitest';
import { createClock } from '../../../local/aws/clock.ts';
import { createSchedules, readScheduleRules } from '../../../local/aws/eventbridge/schedules.ts';
import type { InvokePermission } from '../../../local/aws/lambda/lambda-function.ts';
import { resolveTemplate } from '../../../local/aws/template/resolve.ts';
import type { JsonObject } from '../../../local/aws/template/template.ts';
import { account } from '../a-resource.ts';

const functionArn = 'arn:aws:lambda:us-east-1:1:function:canary';
const ruleArn = 'arn:aws:events:us-east-1:1:rule/often';
const minute = 60_000;

function rulesOf(change: JsonObject = {}, retries: JsonObject = { MaximumRetryAttempts: 0 }) {
  const properties = {
    Name: 'often',
    ScheduleExpression: 'rate(5 minutes)',
    Targets: [{ Id: 'Target0', Arn: functionArn }],
    ...change,
  };
  return readScheduleRules(
    resolveTemplate(
      {
        Resources: {
          Often: { Type: 'AWS::Events::Rule', Properties: properties },
          Retries: {
            Type: 'AWS::Lambda::EventInvokeConfig',
            Properties: { FunctionName: 'canary', Qualifier: '$LATEST', ...retries },
          },
        },
      },
      account,
    ),
  );
}

function schedulesOf(change: JsonObject = {}, permission: Partial<InvokePermission> = {}) {
  const clock = createClock(Date.UTC(2026, 10, 25, 12));
  const events: string[] = [];
  const schedules = createSchedules({
    rules: rulesOf(change),
    permissions: [{ functionArn, principal: 'events.amazonaws.com', sourceArn: ruleArn, ...permission }],
    account,
    clock,
    async invoke(arn, event) {
      expect(arn).toBe(functionArn);
      events.push(event);
    },
  });
  return {
    events,
    clock,
    async pass(minutes: number) {
      clock.advance(minutes * minute);
      await schedules.run();
    },
  };
}

describe('a rule with a rate', () => {
  it('first starts its target when the rate has passed once, then each time it has passed again', async () => {
    const { events, pass } = schedulesOf();
    const counts: number[] = [];
    for (let at = 1; at <= 12; at += 1) {
      await pass(1);
      counts.push(events.length);
    }
    expect(counts).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2]);
  });

  it('makes up for nothing that was missed, and keeps its beat', async () => {
    const { events, clock, pass } = schedulesOf();
    await pass(23);
    expect(events).toHaveLength(1);
    await pass(1);
    expect(events).toHaveLength(1);
    await pass(1);
    expect(events).toHaveLength(2);
    clock.reset();
    await pass(0);
    await pass(5);
    expect(events).toHaveLength(3);
  });

  it('sends the event that EventBridge sends, or the input of the target', async () => {
    const own = schedulesOf();
    await own.pass(5);
    expect(JSON.parse(own.events[0] ?? '')).toEqual({
      version: '0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: '1',
      time: '2026-11-25T12:05:00Z',
      region: 'us-east-1',
      resources: [ruleArn],
      detail: {},
    });
    const given = schedulesOf({ Targets: [{ Id: 'a', Arn: functionArn, Input: '{"a":1}' }] });
    await given.pass(5);
    expect(given.events).toEqual(['{"a":1}']);
  });

  it('starts nothing while it is disabled, or where the function does not let it', async () => {
    for (const schedules of [
      schedulesOf({ State: 'DISABLED' }),
      schedulesOf({}, { principal: 'apigateway.amazonaws.com' }),
      schedulesOf({}, { sourceArn: `${ruleArn}-other` }),
    ]) {
      await schedules.pass(5);
      expect(schedules.events).toEqual([]);
    }
  });

  it.each([
    ['rate(2 hours)', 120],
    ['rate(1 day)', 1440],
  ])('knows the unit of a rate: %s', (ScheduleExpression, minutes) => {
    expect(rulesOf({ ScheduleExpression })[0]?.everyMilliseconds).toBe(minutes * minute);
  });

  it.each<[string, JsonObject, JsonObject?]>([
    ['ScheduleExpression is "cron(0 12 * * ? *)": expected a rate', { ScheduleExpression: 'cron(0 12 * * ? *)' }],
    ['ScheduleExpression is "rate(5 minute)": expected a rate', { ScheduleExpression: 'rate(5 minute)' }],
    ['expected the ARN of a Lambda', { Targets: [{ Id: 'a', Arn: 'arn:aws:sqs:us-east-1:1:queue' }] }],
    ['whose AWS::Lambda::EventInvokeConfig has MaximumRetryAttempts 0', {}, { MaximumRetryAttempts: 2 }],
    [
      'whose AWS::Lambda::EventInvokeConfig has MaximumRetryAttempts 0',
      {},
      { Qualifier: 'live', MaximumRetryAttempts: 0 },
    ],
  ])('is refused by name: %s', (message, change, retries) => {
    expect(() => rulesOf(change, retries)).toThrow(message);
  });
});
