import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { pageAlarm } from '../../dashboards/alarm.ts';
import { alarmsFor } from '../../dashboards/alarms.ts';
import { acknowledgeFindings } from '../../infra/acknowledgements.ts';
import { countMonitoring } from '../../infra/count-monitoring.ts';
import type { Environment } from '../../infra/environments.ts';
import { createAlarms, parseAlarmRule } from '../../local/aws/cloudwatch/alarms/alarms.ts';
import { createMetricStore } from '../../local/aws/cloudwatch/metrics/metric-store.ts';
import { resolveTemplate } from '../../local/aws/template/resolve.ts';
import { readCanaryEnvironment } from '../../src/adapters/environment.ts';
import { config } from '../../src/config.ts';
import { allowedPresets } from '../../src/core/presets.ts';
import { logCounters } from '../../src/metrics.ts';
import { shipped } from '../unit/dashboards/shipped.ts';
import { onlyOf, plainStaging, resourcesOf, stackOf, type Tree, templateOf } from './synthesized.ts';

const watched: Partial<Environment> = {
  stage: 'prod',
  withoutMonitoring: [],
  purge: true,
  alarmEndpoint: { https: 'https://pager.example.com/sns' },
  ticketEndpoint: { email: 'team@example.com' },
  budget: { monthlyDollars: 100, email: 'owner@example.com' },
};
const template = templateOf(watched);
const account = { region: 'us-east-1', accountId: '123456789012', partition: 'aws', urlSuffix: 'amazonaws.com' };
const resolved = resolveTemplate(template, { ...account, stackName: 'ResizeOnMiss-prod' });
const plain = (type: string) => resolved.resources.filter((resource) => resource.type === type);

describe('the alarms of the template', () => {
  it('are those of the data', () => {
    const names = [...plain('AWS::CloudWatch::Alarm'), ...plain('AWS::CloudWatch::CompositeAlarm')]
      .map(({ properties }) => String(properties.AlarmName))
      .filter((name) => !/-(?:long|short)$/.test(name));
    const expected = [pageAlarm, ...alarmsFor(shipped).keys()].map((name) => `ResizeOnMiss-prod-${name}`);
    expect(names.sort()).toEqual(expected.sort());
  });

  it('can be evaluated as they stand', () => {
    const alarms = createAlarms(resolved, createMetricStore());
    expect(() => alarms.evaluate(1_700_000_000)).not.toThrow();
  });

  it('are built before those that are made of them', () => {
    const idOf = new Map(
      Object.entries<Tree>(template.Resources).map(([id, { Properties }]) => [String(Properties?.AlarmName), id]),
    );
    for (const { id, Properties, DependsOn = [] } of resourcesOf(template, 'AWS::CloudWatch::CompositeAlarm')) {
      const parts = parseAlarmRule(Properties.AlarmRule).alarms.map((name) => idOf.get(name));
      expect(parts, id).not.toContain(undefined);
      expect([...DependsOn].sort()).toEqual([...parts].sort());
    }
  });

  it('page by one alarm, at both ends; tickets tell by themselves; nothing else tells', () => {
    const [pages, tickets] = ['Pages', 'Tickets'].map(
      (name) => onlyOf(template, 'AWS::SNS::Topic', `MonitoringTopics${name}`).id,
    );
    const all = [
      ...resourcesOf(template, 'AWS::CloudWatch::Alarm'),
      ...resourcesOf(template, 'AWS::CloudWatch::CompositeAlarm'),
    ];
    const telling = (topic: string | undefined) =>
      all
        .filter(({ Properties }) => JSON.stringify(Properties.AlarmActions ?? []).includes(`"${topic}"`))
        .map(({ Properties }) => String(Properties.AlarmName).replace('ResizeOnMiss-prod-', ''));
    expect(telling(pages)).toEqual([pageAlarm]);
    const expected = [...alarmsFor(shipped)].filter(([, { severity }]) => severity === 'ticket').map(([name]) => name);
    expect(telling(tickets).sort()).toEqual(expected.sort());
    const page = all.find(({ Properties }) => Properties.AlarmName.endsWith(pageAlarm));
    expect(page?.Properties.OKActions).toEqual([{ Ref: pages }]);
  });
});

describe('the topics', () => {
  it('reach the endpoints of the environment', () => {
    const subscriptions = resourcesOf(template, 'AWS::SNS::Subscription').map(({ Properties }) => Properties);
    expect(subscriptions).toEqual([
      expect.objectContaining({ Protocol: 'https', Endpoint: 'https://pager.example.com/sns' }),
      expect.objectContaining({ Protocol: 'email', Endpoint: 'team@example.com' }),
    ]);
  });

  it('let in alarms of this account, and nobody without TLS', () => {
    for (const { Properties } of resourcesOf(template, 'AWS::SNS::TopicPolicy')) {
      const statements: Tree[] = Properties.PolicyDocument.Statement;
      expect(statements).toContainEqual(
        expect.objectContaining({
          Effect: 'Allow',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Action: 'sns:Publish',
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        }),
      );
      expect(statements).toContainEqual(
        expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      );
    }
  });

  it.each([
    [{ email: 'nobody' }, 'is "nobody", expected an e-mail address'],
    [{ https: 'http://pager.example.com' }, 'expected a URL that begins with https://'],
  ])('refuse %j', (alarmEndpoint, message) => {
    expect(() => stackOf({ ...watched, alarmEndpoint })).toThrow(message);
  });
});

it('the alarms of the purge watch its queues and its function', () => {
  const queues = resourcesOf(template, 'AWS::SQS::Queue').map(({ id }) => id);
  const purge = onlyOf(template, 'AWS::Lambda::Function', 'Purge').id;
  const dimensionsOf = (alarm: string): Tree[] =>
    resourcesOf(template, 'AWS::CloudWatch::Alarm')
      .filter(({ Properties }) => Properties.AlarmName.endsWith(alarm))
      .flatMap(({ Properties }) => Properties.Metrics)
      .flatMap(({ MetricStat }: Tree) => MetricStat?.Metric.Dimensions ?? [])
      .filter(({ Name }: Tree) => ['QueueName', 'FunctionName'].includes(Name));
  const named = [...dimensionsOf('purge-stuck'), ...dimensionsOf('purge-dead-letters')].map(({ Value }) => Value);
  expect(new Set(named.map((value) => value['Fn::GetAtt'][0]))).toEqual(new Set(queues));
  expect(dimensionsOf('purge-failing')).toEqual([{ Name: 'FunctionName', Value: { Ref: purge } }]);
});

describe('the metric filters', () => {
  it('are those of the catalogue, each in a namespace of its stage', () => {
    const filters = plain('AWS::Logs::MetricFilter').map(
      ({ properties }) => (properties as Tree).MetricTransformations[0],
    );
    expect(filters.map(({ MetricName, MetricNamespace }) => `${MetricNamespace} ${MetricName}`).sort()).toEqual([
      'ImageResize/Api/prod ApiThrottled',
      'ImageResize/Edge/prod EdgeFallbacks',
      'ImageResize/Edge/prod EdgeRedirects',
      'ImageResize/Edge/prod EdgeReturns',
    ]);
    expect(filters.map(({ MetricName }) => MetricName).sort()).toEqual(Object.keys(logCounters).sort());
  });

  it('count 429 in the words of the access log', () => {
    const filter = onlyOf(template, 'AWS::Logs::MetricFilter', 'Monitoring').Properties;
    expect(filter.FilterPattern).toBe('{ $.status = "429" }');
    expect(filter.LogGroupName).toEqual({ Ref: onlyOf(template, 'AWS::Logs::LogGroup', 'ResizeApi').id });
    const stage = onlyOf(template, 'AWS::ApiGatewayV2::Stage').Properties;
    // A text, not a number: the pattern compares texts.
    expect(JSON.parse(stage.AccessLogSettings.Format).status).toBe('$context.status');
    expect(filter.MetricTransformations[0]).toMatchObject({ MetricValue: '1', DefaultValue: 0 });
  });
});

describe('the dashboards', () => {
  it('are three, and page 1 is what people are pointed to', () => {
    const names = plain('AWS::CloudWatch::Dashboard').map(({ properties }) => properties.DashboardName);
    expect(names).toEqual(['health', 'who-and-where', 'capacity-and-cost'].map((page) => `ResizeOnMiss-prod-${page}`));
    expect(template.Outputs.DashboardUrl.Value).toMatch(/#dashboards\/dashboard\/ResizeOnMiss-prod-health$/);
  });

  it('are JSON once the template is deployed, and name what was deployed', () => {
    for (const { properties } of plain('AWS::CloudWatch::Dashboard')) {
      const body = JSON.parse(String(properties.DashboardBody));
      expect(body.widgets.length).toBeGreaterThan(5);
      expect(JSON.stringify(body)).not.toMatch(/\$\{Token|undefined/);
    }
    const health = String(plain('AWS::CloudWatch::Dashboard')[0]?.properties.DashboardBody);
    const distribution = plain('AWS::CloudFront::Distribution')[0]?.ref;
    expect(health).toContain(`"AWS/CloudFront","Requests","DistributionId","${distribution}","Region","Global"`);
  });

  it('watch metrics of one region only', () => {
    const regions = JSON.stringify(template).match(/\\"region\\":\\"[a-z0-9-]+\\"/g);
    expect(new Set(regions)).toEqual(new Set(['\\"region\\":\\"us-east-1\\"']));
  });

  it('show the alarms that were deployed', () => {
    const health = JSON.parse(String(plain('AWS::CloudWatch::Dashboard')[0]?.properties.DashboardBody));
    const arns: string[] = health.widgets.find(({ type }: Tree) => type === 'alarm').properties.alarms;
    const deployed = [...plain('AWS::CloudWatch::Alarm'), ...plain('AWS::CloudWatch::CompositeAlarm')].map(
      ({ attributes }) => attributes.Arn,
    );
    expect(arns.filter((arn) => !deployed.includes(arn))).toEqual([]);
  });
});

describe('the canary', () => {
  const lambda = onlyOf(template, 'AWS::Lambda::Function', 'MonitoringCanary');

  it('comes every five minutes, once', () => {
    const rule = onlyOf(template, 'AWS::Events::Rule', 'MonitoringCanary').Properties;
    expect(rule).toMatchObject({ ScheduleExpression: 'rate(5 minutes)', State: 'ENABLED' });
    expect(rule.Targets).toEqual([
      { Id: expect.any(String), Arn: { 'Fn::GetAtt': [lambda.id, 'Arn'] }, RetryPolicy: { MaximumRetryAttempts: 0 } },
    ]);
    expect(onlyOf(template, 'AWS::Lambda::EventInvokeConfig').Properties).toMatchObject({ MaximumRetryAttempts: 0 });
  });

  it('finds in its environment what it reads', () => {
    const variables: Record<string, Tree> = lambda.Properties.Environment.Variables;
    const deployed = {
      ...variables,
      ORIGINALS_BUCKET: 'o',
      DERIVATIVES_BUCKET: 'd',
      IMAGE_BASE_URL: 'https://d1.cloudfront.net',
    };
    expect(() => readCanaryEnvironment(deployed)).not.toThrow();
    expect(variables).toMatchObject({ CANARY_PREFIX: 'loadtest/canary/', STAGE: 'prod' });
  });

  it('may put and remove its own images and write its log, and nothing else', () => {
    const statements: Tree[] = onlyOf(template, 'AWS::IAM::Role', 'MonitoringCanary').Properties.Policies[0]
      .PolicyDocument.Statement;
    const bucket = (name: string) => ({ 'Fn::GetAtt': [onlyOf(template, 'AWS::S3::Bucket', name).id, 'Arn'] });
    expect(statements).toEqual([
      {
        Effect: 'Allow',
        Action: ['s3:DeleteObject', 's3:PutObject'],
        Resource: { 'Fn::Join': ['', [bucket('Originals'), '/loadtest/canary/*']] },
      },
      {
        Effect: 'Allow',
        Action: 's3:DeleteObject',
        Resource: [...allowedPresets(config.presets).keys()]
          .map((name) => ({ 'Fn::Join': ['', [bucket('Derivatives'), `/${name}/loadtest/canary/*`]] }))
          .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
      },
      { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: expect.anything() },
    ]);
  });

  it('works below the prefix that the buckets forget after a day', () => {
    for (const name of ['Originals', 'Derivatives']) {
      const rules: Tree[] = onlyOf(template, 'AWS::S3::Bucket', name).Properties.LifecycleConfiguration.Rules;
      const prefix = name === 'Originals' ? 'loadtest/' : '48x48/loadtest/';
      expect(rules).toContainEqual(expect.objectContaining({ Prefix: prefix, ExpirationInDays: 1 }));
    }
  });

  it('may encrypt where the originals are encrypted', () => {
    const encryptionKeyArn = 'arn:aws:kms:us-east-1:111122223333:key/example';
    const existing = templateOf({
      ...watched,
      existingOriginals: { bucketName: 'uploads', region: 'eu-central-1', encryptionKeyArn },
    });
    const role = onlyOf(existing, 'AWS::IAM::Role', 'MonitoringCanary').Properties.Policies[0].PolicyDocument.Statement;
    expect(role).toContainEqual({ Effect: 'Allow', Action: 'kms:GenerateDataKey', Resource: encryptionKeyArn });
    const { Variables } = onlyOf(existing, 'AWS::Lambda::Function', 'MonitoringCanary').Properties.Environment;
    expect(Variables).toMatchObject({ ORIGINALS_BUCKET: 'uploads', ORIGINALS_REGION: 'eu-central-1' });
  });
});

describe('each part can be left out', () => {
  const typesOf = (withoutMonitoring: Environment['withoutMonitoring'], change = {}) => {
    const one = templateOf({ ...watched, withoutMonitoring: withoutMonitoring ?? [] }, { ...config, ...change });
    return { one, count: (type: string) => resourcesOf(one, type).length };
  };

  it('the canary, and with it its alarm', () => {
    const { one, count } = typesOf(['canary']);
    // Of the resize and the purge.
    expect([count('AWS::Lambda::Function'), count('AWS::Events::Rule')]).toEqual([2, 1]);
    expect(JSON.stringify(one)).not.toMatch(/CanaryFailures|canary-failing/);
  });

  it('the alarms, and with them topics and the row of page 1', () => {
    const { one, count } = typesOf(['alarms']);
    for (const type of ['Alarm', 'CompositeAlarm']) expect(count(`AWS::CloudWatch::${type}`)).toBe(0);
    expect(count('AWS::SNS::Topic')).toBe(0);
    expect(count('AWS::CloudWatch::Dashboard')).toBe(3);
    expect(one.Outputs.PageTopic).toBeUndefined();
  });

  it('the purge, and with it its alarms and panels', () => {
    const one = JSON.stringify(templateOf({ ...watched, purge: false }));
    expect(one).not.toMatch(/purge-stuck|OriginalsPurged|ApproximateAgeOfOldestMessage/);
    expect(JSON.stringify(template)).toMatch(/purge-stuck/);
  });

  it('the dashboards', () => {
    const { one, count } = typesOf(['dashboards']);
    expect(count('AWS::CloudWatch::Dashboard')).toBe(0);
    expect(one.Outputs.DashboardUrl).toBeUndefined();
    expect(one.Outputs.PageAlarm.Value).toBe('ResizeOnMiss-prod-service-unhealthy');
  });

  it('the count of redirects at the edge, and what hangs on it', () => {
    const { one } = typesOf([], { countEdgeRedirects: false });
    expect(JSON.stringify(one)).not.toMatch(/EdgeRedirects|lost-redirects/);
  });
});

describe('with all monitoring', () => {
  it.each<[string, Partial<Environment>]>([
    ['as it ships', {}],
    ['with an existing originals bucket', { existingOriginals: { bucketName: 'uploads-of-ours' } }],
  ])('cdk-nag has nothing to say %s', (_, change) => {
    const stack = stackOf({ ...watched, ...change });
    acknowledgeFindings(stack);
    const { violations } = new AwsSolutionsChecks(stack).validateScope(stack);
    expect(violations.map(({ ruleName, violatingResources }) => [ruleName, violatingResources])).toEqual([]);
  });

  it('only intrinsics are used that the local chain executes', () => {
    const used = JSON.stringify(template.Resources).match(/"(?:Fn::\w+|Ref)"/g) ?? [];
    expect(new Set(used)).toEqual(new Set(['"Ref"', '"Fn::GetAtt"', '"Fn::Join"', '"Fn::Select"', '"Fn::Split"']));
  });

  it('two environments live side by side', () => {
    const named = (stage: Environment['stage']) =>
      new Set(
        JSON.stringify(templateOf({ ...watched, stage })).match(
          /"(?:AlarmName|DashboardName|MetricNamespace)":"[^"]+"/g,
        ),
      );
    const prod = named('prod');
    expect([...named('staging')].filter((name) => prod.has(name))).toEqual([]);
  });
});

it('what make cost counts is what the template has', () => {
  const counted = countMonitoring({ ...plainStaging, ...watched }, config);
  const metrics = plain('AWS::CloudWatch::Alarm').flatMap(({ properties }) =>
    (properties.Metrics as Tree[]).filter((one) => one.MetricStat),
  );
  expect(counted).toMatchObject({
    alarmMetrics: metrics.length,
    compositeAlarms: plain('AWS::CloudWatch::CompositeAlarm').length,
    dashboards: plain('AWS::CloudWatch::Dashboard').length,
  });
});
