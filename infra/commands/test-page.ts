import { type Environment, stackName } from '../environments.ts';
import type { Aws } from '../preflight/aws-cli.ts';
import { readEndpoint } from '../preflight/check-alarm-endpoint.ts';
import type { Outputs } from '../preflight/read-facts.ts';

/** What happened. */
export interface PageTest {
  readonly alarm: string;
  /** What CloudWatch has recorded about its message to SNS. */
  readonly action: string;
  readonly at: string;
}

/** The alarm that is set to ALARM for a moment: it reads one metric, and is evaluated again within a minute. */
const tested = 'api-throttled';
const reason = 'A test by make page-test. Viewers are not affected';

interface Waiting {
  readonly wait: (seconds: number) => Promise<void>;
  readonly tries: number;
}

/**
 * Sends a page all the way: one alarm is set to ALARM, the alarm that pages follows, and SNS gets its message. Both
 * alarms return to their actual state by themselves (CloudWatch API reference, "SetAlarmState").
 */
export async function testPage(
  aws: Aws,
  environment: Environment,
  outputs: Outputs,
  { wait, tries }: Waiting,
): Promise<PageTest> {
  const { stage } = environment;
  const { PageAlarm: alarm } = outputs;
  if (!alarm) throw new Error(`${stage} has no alarms: remove 'alarms' from withoutMonitoring, and deploy`);
  const endpoint = readEndpoint(aws, environment);
  if (endpoint.known && endpoint.value === 'none') {
    throw new Error(`Pages of ${stage} notify nobody: set alarmEndpoint in infra/environments.ts, and deploy`);
  }
  if (endpoint.known && endpoint.value === 'unconfirmed') {
    throw new Error(
      `The endpoint of ${stage} has not confirmed its subscription: follow the link in the message of SNS`,
    );
  }
  const state = stateOf(aws, alarm);
  if (state !== 'OK')
    throw new Error(`${alarm} is ${state} now: wait until it is OK, so that the test can be distinguished`);

  const before = new Set(actionsOf(aws, alarm).map(({ Timestamp }) => Timestamp));
  const name = `${stackName(stage)}-${tested}`;
  must(
    aws(['cloudwatch', 'set-alarm-state', '--alarm-name', name, '--state-value', 'ALARM', '--state-reason', reason]),
  );
  for (let left = tries; left > 0; left -= 1) {
    await wait(5);
    const action = actionsOf(aws, alarm).find(({ Timestamp }) => !before.has(Timestamp));
    if (action) return { alarm, action: action.HistorySummary, at: action.Timestamp };
  }
  throw new Error(
    `${alarm} sent nothing to SNS within ${tries * 5} seconds after ${name} was set to ALARM: check its history`,
  );
}

interface HistoryItem {
  readonly Timestamp: string;
  readonly HistorySummary: string;
}

function actionsOf(aws: Aws, alarm: string): readonly HistoryItem[] {
  const args = ['cloudwatch', 'describe-alarm-history', '--alarm-name', alarm, '--history-item-type', 'Action'];
  const answer = must(aws([...args, '--alarm-types', 'CompositeAlarm', '--max-items', '20'])) as {
    AlarmHistoryItems?: readonly HistoryItem[];
  };
  return answer?.AlarmHistoryItems ?? [];
}

function stateOf(aws: Aws, alarm: string): string {
  const answer = must(
    aws(['cloudwatch', 'describe-alarms', '--alarm-names', alarm, '--alarm-types', 'CompositeAlarm']),
  ) as { CompositeAlarms?: readonly { StateValue?: string }[] };
  return answer?.CompositeAlarms?.[0]?.StateValue ?? 'missing';
}

function must(fact: ReturnType<Aws>): unknown {
  if (fact.known) return fact.value;
  throw new Error(`AWS cannot be read: ${fact.reason}`);
}
