import type { Environment } from '../environments.ts';
import type { Aws } from './aws-cli.ts';
import type { Fact, Problem } from './facts.ts';
import { readOutputs } from './read-facts.ts';

/** The state of the subscription to pages; `undefined` while the topic is not deployed. */
export type EndpointState = 'none' | 'unconfirmed' | 'confirmed' | undefined;

/** Checks whether pages arrive. Prod is not deployed without an endpoint. */
export function alarmEndpointProblems(aws: Aws, environment: Environment): Problem[] {
  const { stage, alarmEndpoint, withoutMonitoring = [] } = environment;
  if (withoutMonitoring.includes('alarms')) {
    return stage === 'prod' ? [note('prod has no alarms (withoutMonitoring): failures notify nobody')] : [];
  }
  if (!alarmEndpoint) {
    const line = `Alarms of ${stage} notify nobody: set alarmEndpoint of ${stage} in infra/environments.ts to { email } or { https }`;
    return [stage === 'prod' ? { severity: 'stop', line } : note(line)];
  }
  const state = readEndpoint(aws, environment);
  if (!state.known)
    return [note(`Not checked whether pages arrive, because sns:ListSubscriptionsByTopic failed: ${state.reason}`)];
  if (state.value !== 'unconfirmed') return [];
  return [
    note(
      `Pages of ${stage} do not arrive yet: ${address(alarmEndpoint)} must confirm the subscription that SNS sent. ` +
        `Then run "make page-test ENV=${stage}"`,
    ),
  ];
}

export function readEndpoint(aws: Aws, environment: Environment): Fact<EndpointState> {
  const outputs = readOutputs(aws, environment);
  if (!outputs.known) return outputs;
  const topic = outputs.value?.PageTopic;
  if (topic === undefined) return { known: true, value: undefined };
  const answer = aws(['sns', 'list-subscriptions-by-topic', '--topic-arn', topic]);
  if (!answer.known) return answer;
  const { Subscriptions = [] } = (answer.value ?? {}) as { Subscriptions?: readonly { SubscriptionArn?: string }[] };
  if (Subscriptions.length === 0) return { known: true, value: 'none' };
  const confirmed = Subscriptions.some(({ SubscriptionArn = '' }) => SubscriptionArn.startsWith('arn:'));
  return { known: true, value: confirmed ? 'confirmed' : 'unconfirmed' };
}

function address(endpoint: NonNullable<Environment['alarmEndpoint']>): string {
  return 'email' in endpoint ? endpoint.email : endpoint.https;
}

function note(line: string): Problem {
  return { severity: 'note', line };
}
