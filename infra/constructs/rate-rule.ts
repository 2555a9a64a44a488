import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';

export interface RateRuleProps {
  readonly requestsPerFiveMinutes: number;
}

/** Blocks an address that asks CloudFront too often. It does not stand before the API, which has its throttle. */
export class RateRule extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, { requestsPerFiveMinutes }: RateRuleProps) {
    super(scope, id);
    const visible = (metricName: string) => ({
      cloudWatchMetricsEnabled: true,
      metricName,
      sampledRequestsEnabled: true,
    });
    const acl = new CfnWebACL(this, 'Acl', {
      scope: 'CLOUDFRONT',
      defaultAction: { allow: {} },
      visibilityConfig: visible('Requests'),
      rules: [
        {
          name: 'too-often',
          priority: 0,
          action: { block: {} },
          statement: {
            rateBasedStatement: { limit: requestsPerFiveMinutes, evaluationWindowSec: 300, aggregateKeyType: 'IP' },
          },
          visibilityConfig: visible('TooOften'),
        },
      ],
    });
    this.arn = acl.attrArn;
  }
}
