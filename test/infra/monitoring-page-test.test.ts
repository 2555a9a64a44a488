import { describe, expect, it } from 'vitest';
import { testPage } from '../../infra/commands/test-page.ts';
import type { Environment } from '../../infra/environments.ts';
import type { Aws } from '../../infra/preflight/aws-cli.ts';
import { alarmEndpointProblems } from '../../infra/preflight/check-alarm-endpoint.ts';
import { type Fact, known } from '../../infra/preflight/facts.ts';
import { plainStaging } from './synthesized.ts';

const topic = 'arn:aws:sns:us-east-1:123456789012:pages';
const watched: Environment = { ...plainStaging, withoutMonitoring: [], alarmEndpoint: { email: 'oncall@example.com' } };
const outputs = { PageTopic: topic, PageAlarm: 'ResizeOnMiss-staging-service-unhealthy' };

/** An account whose answers are known; what it was asked to do is noted. */
function account({
  subscriptions = [`${topic}:1`],
  state = 'OK',
  pages = true,
}: {
  subscriptions?: readonly string[];
  state?: string;
  pages?: boolean;
} = {}) {
  const done: string[] = [];
  const aws: Aws = (args) => {
    const [service, command] = args;
    switch (`${service} ${command}`) {
      case 'cloudformation describe-stacks': {
        const Outputs = Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }));
        return known({ Stacks: [{ Outputs }] });
      }
      case 'sns list-subscriptions-by-topic':
        return known({ Subscriptions: subscriptions.map((SubscriptionArn) => ({ SubscriptionArn })) });
      case 'cloudwatch describe-alarms':
        return known({ CompositeAlarms: [{ StateValue: state }] });
      case 'cloudwatch set-alarm-state':
        done.push(args.join(' '));
        return known(undefined);
      case 'cloudwatch describe-alarm-history': {
        const old = { Timestamp: '2026-11-01T00:00:00Z', HistorySummary: 'of last month' };
        const now = { Timestamp: '2026-11-25T00:00:05Z', HistorySummary: `Successfully executed action ${topic}` };
        return known({ AlarmHistoryItems: done.length > 0 && pages ? [now, old] : [old] });
      }
      default:
        return { known: false, reason: `not foreseen: ${args.join(' ')}` };
    }
  };
  return { aws, done };
}

const quickly = { wait: () => Promise.resolve(), tries: 3 };

describe('a deploy', () => {
  const prod: Environment = { ...watched, stage: 'prod' };
  const { alarmEndpoint: _, ...unheard } = watched;

  it('stops in prod without an endpoint, and notes it in staging', () => {
    const { aws } = account();
    expect(alarmEndpointProblems(aws, { ...unheard, stage: 'prod' })).toEqual([
      { severity: 'stop', line: expect.stringContaining('set alarmEndpoint of prod in infra/environments.ts') },
    ]);
    expect(alarmEndpointProblems(aws, unheard)).toEqual([
      { severity: 'note', line: expect.stringContaining('staging') },
    ]);
  });

  it('notes that the endpoint has not confirmed', () => {
    const [problem, ...others] = alarmEndpointProblems(account({ subscriptions: ['PendingConfirmation'] }).aws, prod);
    expect(problem).toMatchObject({ severity: 'note' });
    expect(problem?.line).toMatch(/oncall@example\.com .*"make page-test ENV=prod"/);
    expect(others).toEqual([]);
  });

  it('has nothing to say once it has, or before the first deploy', () => {
    expect(alarmEndpointProblems(account().aws, prod)).toEqual([]);
    const never: Aws = () => ({ known: false, reason: 'Stack with id ResizeOnMiss-prod does not exist' });
    expect(alarmEndpointProblems(never, prod)).toEqual([]);
  });

  it('says what it could not check', () => {
    const denied: Fact<never> = { known: false, reason: 'AccessDenied' };
    const aws: Aws = (args) => (args[0] === 'sns' ? denied : account().aws(args));
    expect(alarmEndpointProblems(aws, prod)[0]?.line).toContain('sns:ListSubscriptionsByTopic failed: AccessDenied');
  });

  it('is told that prod has no alarms', () => {
    const problems = alarmEndpointProblems(account().aws, { ...prod, withoutMonitoring: ['alarms'] });
    expect(problems).toEqual([{ severity: 'note', line: expect.stringContaining('prod has no alarms') }]);
  });
});

describe('make page-test', () => {
  it('sets one alarm to red, and shows what CloudWatch handed to SNS after that', async () => {
    const { aws, done } = account();
    const result = await testPage(aws, watched, outputs, quickly);
    expect(done).toEqual([
      expect.stringMatching(
        /--alarm-name ResizeOnMiss-staging-api-throttled --state-value ALARM --state-reason A test/,
      ),
    ]);
    expect(result).toEqual({
      alarm: outputs.PageAlarm,
      action: `Successfully executed action ${topic}`,
      at: '2026-11-25T00:00:05Z',
    });
  });

  it.each([
    ['nobody listens', { subscriptions: [] }, 'Pages of staging notify nobody'],
    ['nobody has confirmed', { subscriptions: ['PendingConfirmation'] }, 'has not confirmed'],
    ['it is red already', { state: 'ALARM' }, 'is ALARM now'],
  ])('does nothing when %s', async (_, state, message) => {
    const { aws, done } = account(state);
    await expect(testPage(aws, watched, outputs, quickly)).rejects.toThrow(message);
    expect(done).toEqual([]);
  });

  it('fails when no page leaves', async () => {
    const { aws } = account({ pages: false });
    await expect(testPage(aws, watched, outputs, quickly)).rejects.toThrow('sent nothing to SNS within 15 seconds');
  });

  it('fails where there are no alarms', async () => {
    await expect(testPage(account().aws, watched, {}, quickly)).rejects.toThrow('staging has no alarms');
  });
});
