import { CfnOutput, Stack } from 'aws-cdk-lib';
import { CfnDashboard } from 'aws-cdk-lib/aws-cloudwatch';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { pageAlarm } from '../../dashboards/alarm.ts';
import { pagesFor } from '../../dashboards/pages.ts';
import { renderPage } from '../../dashboards/render/render-page.ts';
import { dashboardLink, type ResourceNames } from '../../dashboards/resource-names.ts';
import type { Settings } from '../../dashboards/settings.ts';
import type { ServiceConfig } from '../../src/config.ts';
import { type LogCounter, metricNamespace } from '../../src/metrics.ts';
import { type Environment, region } from '../environments.ts';
import { AlarmTopics } from './alarm-topics.ts';
import { Alarms, logicalId } from './alarms.ts';
import { Canary } from './canary.ts';
import type { ImageEdge } from './image-edge.ts';
import { isWatchedBy, monitoringSettings } from './monitoring-settings.ts';
import type { ResizeApi } from './resize-api.ts';
import type { ResizeFunction } from './resize-function.ts';

export interface MonitoringProps {
  readonly config: ServiceConfig;
  readonly environment: Environment;
  readonly edge: ImageEdge;
  readonly api: ResizeApi;
  readonly resize: ResizeFunction;
  readonly originals: IBucket;
  readonly originalsRegion: string | undefined;
  readonly derivatives: IBucket;
  readonly canaryCode: Code;
}

/** The canary, the alarms and the dashboards. Each can be left out. */
export class Monitoring extends Construct {
  readonly canary: Canary | undefined;
  readonly topics: AlarmTopics | undefined;

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    const { config, environment } = props;
    const has = isWatchedBy(environment);
    if (has('canary')) this.canary = this.canaryOf(props);
    if (has('alarms')) this.topics = new AlarmTopics(this, 'Topics', environment);
    if (has('alarms') || has('dashboards')) this.countThrottled(props);

    const settings = monitoringSettings(config, environment);
    const names = this.names(props);
    const alarms = this.topics && new Alarms(this, 'Alarms', { settings, names, topics: this.topics });
    const dashboards = has('dashboards')
      ? new Dashboards(this, 'Dashboards', {
          settings,
          names: { ...names, alarmArn: (name) => alarms?.arnOf(name) ?? '' },
        })
      : undefined;
    this.addOutputs({
      DashboardUrl: ['URL of the first dashboard', dashboards?.url],
      PageAlarm: ['Name of the alarm that pages', this.topics && names.alarmName(pageAlarm)],
      PageTopic: ['Topic of the pages', this.topics?.pages.topicArn],
    });
  }

  private canaryOf({ edge, canaryCode, ...props }: MonitoringProps): Canary {
    return new Canary(this, 'Canary', { ...props, code: canaryCode, imageBaseUrl: `https://${edge.host}` });
  }

  /** HTTP APIs have no metric for 429, so the lines of their log are counted. */
  private countThrottled({ api, environment }: MonitoringProps): void {
    new MetricFilter(this, 'ApiThrottled', {
      logGroup: api.accessLog,
      filterPattern: FilterPattern.stringValue('$.status', '=', '429'),
      metricNamespace: `${metricNamespace}/Api/${environment.stage}`,
      metricName: 'ApiThrottled' satisfies LogCounter,
      metricValue: '1',
      defaultValue: 0,
    });
  }

  private names({ environment, edge, api, resize }: MonitoringProps): ResourceNames {
    const { stackName } = Stack.of(this);
    return {
      region,
      stage: environment.stage,
      distributionId: edge.distribution.distributionId,
      apiId: api.api.apiId,
      functionName: resize.lambda.functionName,
      edgeFunctionName: edge.functions.onResponse.functionName,
      logs: {
        resize: resize.logGroup.logGroupName,
        api: api.accessLog.logGroupName,
        ...(edge.functions.logGroup && { edge: edge.functions.logGroup.logGroupName }),
        ...(this.canary && { canary: this.canary.logGroup.logGroupName }),
      },
      alarmName: (name) => `${stackName}-${name}`,
      alarmArn: () => '',
      dashboardName: (page) => `${stackName}-${page}`,
    };
  }

  private addOutputs(
    outputs: Readonly<Record<string, readonly [description: string, value: string | undefined]>>,
  ): void {
    for (const [id, [description, value]] of Object.entries(outputs)) {
      if (value !== undefined) new CfnOutput(Stack.of(this), id, { description, value });
    }
  }
}

interface DashboardsProps {
  readonly settings: Settings;
  readonly names: ResourceNames;
}

/** The pages of dashboards/ in CloudWatch. */
class Dashboards extends Construct {
  /** Page 1, which on-call opens first. */
  readonly url: string;

  constructor(scope: Construct, id: string, { settings, names }: DashboardsProps) {
    super(scope, id);
    const pages = pagesFor(settings);
    for (const page of pages) {
      new CfnDashboard(this, logicalId(page.name), {
        dashboardName: names.dashboardName(page.name),
        dashboardBody: Stack.of(this).toJsonString(renderPage(page, pages, settings, names)),
      });
    }
    this.url = `https://${names.region}.console.aws.amazon.com${dashboardLink('health', names)}`;
  }
}
