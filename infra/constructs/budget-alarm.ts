import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { Construct } from 'constructs';

export interface BudgetAlarmProps {
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
