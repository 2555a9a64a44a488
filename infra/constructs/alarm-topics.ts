import { Stack } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Subscription, SubscriptionProtocol, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { AlarmEndpoint, Environment } from '../environments.ts';

/** Where alarms go: pages and tickets, each with its own topic. */
export class AlarmTopics extends Construct {
  readonly pages: Topic;
  readonly tickets: Topic;

  constructor(scope: Construct, id: string, { alarmEndpoint, ticketEndpoint }: Environment) {
    super(scope, id);
    this.pages = this.topic('Pages', alarmEndpoint);
    this.tickets = this.topic('Tickets', ticketEndpoint);
  }

  private topic(id: string, endpoint: AlarmEndpoint | undefined): Topic {
    const topic = new Topic(this, id, { enforceSSL: true });
    // enforceSSL replaces the default policy of SNS, which allows alarms to publish.
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisAccount',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    if (endpoint) {
      new Subscription(this, `${id}Subscription`, { topic, ...subscriptionTo(endpoint) });
    }
    return topic;
  }
}

function subscriptionTo(endpoint: AlarmEndpoint) {
  if ('email' in endpoint) {
    requireForm(/^\S+@\S+\.\S+$/, endpoint.email, 'an e-mail address');
    return { protocol: SubscriptionProtocol.EMAIL, endpoint: endpoint.email };
  }
  requireForm(/^https:\/\/[^\s/]+\.\S+$/, endpoint.https, 'a URL that begins with https://');
  return { protocol: SubscriptionProtocol.HTTPS, endpoint: endpoint.https };
}

function requireForm(form: RegExp, given: string, expected: string): void {
  if (!form.test(given)) throw new Error(`An alarm's endpoint is ${JSON.stringify(given)}, expected ${expected}`);
}

interface BudgetAlarmProps {
  readonly monthlyDollars: number;
  readonly email: string;
}

/** Sends mail when the month will cost more than planned. For the whole account: cost tags must be activated by hand. */
export class BudgetAlarm extends Construct {
  constructor(scope: Construct, id: string, { monthlyDollars, email }: BudgetAlarmProps) {
    super(scope, id);
    const mail = (notificationType: 'FORECASTED' | 'ACTUAL', threshold: number) => ({
      notification: { notificationType, comparisonOperator: 'GREATER_THAN', threshold, thresholdType: 'PERCENTAGE' },
      subscribers: [{ subscriptionType: 'EMAIL', address: email }],
    });
    new CfnBudget(this, 'Budget', {
      budget: { budgetType: 'COST', timeUnit: 'MONTHLY', budgetLimit: { amount: monthlyDollars, unit: 'USD' } },
      // A forecast needs weeks of history.
      notificationsWithSubscribers: [mail('FORECASTED', 100), mail('ACTUAL', 80)],
    });
  }
}
