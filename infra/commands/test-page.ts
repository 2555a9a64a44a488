import { type Environment, stackName } from '../environments.ts';
import type { Aws } from '../preflight/aws-cli.ts';
import { readEndpoint } from '../preflight/check-alarm-endpoint.ts';
import type { Outputs } from '../preflight/read-facts.ts';

/** What happened, and what a person must have seen. */
export interface PageTest {
  readonly alarm: string;
  /** What CloudWatch says of the message that it handed to SNS. */
  readonly action: string;
  readonly at: string;
}

/** The alarm that is made red for a moment: it looks at few metrics, and is looked at again within a minute. */
const tested = 'api-throttled';
const reason = 'A test of the page, asked for by make page-test. Viewers are well';

interface Waiting {
  readonly wait: (seconds: number) => Promise<void>;
  readonly tries: number;
}

/**
 * Sends a page the whole way: one alarm is set to red, the alarm that pages follows, and SNS takes the message. Both go
 * back by themselves ("SetAlarmState": metric alarms return to their state within seconds).
 */
export async function testPage(
  aws: Aws,
  environment: Environment,
  outputs: Outputs,
  { wait, tries }: Waiting,
): Promise<PageTest> {
  const { stage } = environment;
  const { PageAlarm: alarm } = outputs;
  if (!alarm) throw new Error(`${stage} has no alarms: take 'alarms' out of withoutMonitoring, and deploy`);
  const endpoint = readEndpoint(aws, environment);
  if (endpoint.known && endpoint.value === 'none') {
    throw new Error(`Nobody listens to the pages of ${stage}: set alarmEndpoint in infra/environments.ts, and deploy`);
  }
  if (endpoint.known && endpoint.value === 'unconfirmed') {
    throw new Error(`The endpoint of ${stage} has not confirmed: open what SNS has sent there, and follow its link`);
  }
  const state = stateOf(aws, alarm);
  if (state !== 'OK')
    throw new Error(`${alarm} is ${state} now: a test would not be told from it, so wait until it is OK`);

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
    `${alarm} handed nothing to SNS within ${tries * 5} seconds after ${name} was set to ALARM: look at its history`,
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
  return answer?.CompositeAlarms?.[0]?.StateValue ?? 'not there';
}

function must(fact: ReturnType<Aws>): unknown {
  if (fact.known) return fact.value;
  throw new Error(`AWS could not be asked: ${fact.reason}`);
}
