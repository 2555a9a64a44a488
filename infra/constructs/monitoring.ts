import { CfnOutput, Stack } from 'aws-cdk-lib';
import { CfnAlarm, CfnCompositeAlarm, CfnDashboard } from 'aws-cdk-lib/aws-cloudwatch';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { type AlarmName, pageAlarm } from '../../dashboards/alarm.ts';
import { alarmsFor } from '../../dashboards/alarms.ts';
import { pagesFor } from '../../dashboards/pages.ts';
import { alarmFaults } from '../../dashboards/render/check-limits.ts';
import { type RenderedAlarm, renderAlarm, renderPageAlarm } from '../../dashboards/render/render-alarm.ts';
import { renderPage } from '../../dashboards/render/render-page.ts';
import { dashboardLink, type ResourceNames, type Settings } from '../../dashboards/settings.ts';
import type { ServiceConfig } from '../../src/config.ts';
import { type LogCounter, metricNamespace } from '../../src/metrics.ts';
import { type Environment, region } from '../environments.ts';
import { AlarmTopics } from './alarm-topics.ts';
import { Canary } from './canary.ts';
import type { ImageEdge } from './image-edge.ts';
import { isWatchedBy, monitoringSettings } from './monitoring-settings.ts';
import type { Purge } from './purge.ts';
import type { ResizeApi } from './resize-api.ts';
import type { ResizeFunction } from './resize-function.ts';

export interface MonitoringProps {
  readonly config: ServiceConfig;
  readonly environment: Environment;
  readonly edge: ImageEdge;
  readonly api: ResizeApi;
  readonly resize: ResizeFunction;
  readonly purge: Purge | undefined;
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

  private names({ environment, edge, api, resize, purge }: MonitoringProps): ResourceNames {
    const { stackName } = Stack.of(this);
    return {
      region,
      stage: environment.stage,
      distributionId: edge.distribution.distributionId,
      apiId: api.api.apiId,
      functionName: resize.lambda.functionName,
      edgeFunctionName: edge.functions.onResponse.functionName,
      ...(purge && {
        purge: {
          functionName: purge.lambda.functionName,
          queue: purge.queue.queueName,
          secondPassQueue: purge.secondPassQueue.queueName,
          deadLetterQueue: purge.deadLetters.queueName,
        },
      }),
      logs: {
        resize: resize.logGroup.logGroupName,
        api: api.accessLog.logGroupName,
        ...(edge.functions.logGroup && { edge: edge.functions.logGroup.logGroupName }),
        ...(this.canary && { canary: this.canary.logGroup.logGroupName }),
        ...(purge && { purge: purge.logGroup.logGroupName }),
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

interface AlarmsProps {
  readonly settings: Settings;
  readonly names: ResourceNames;
  readonly topics: AlarmTopics;
}

/** The alarms in CloudWatch. Tickets notify by themselves; pages notify through one composite alarm. */
class Alarms extends Construct {
  private readonly byName = new Map<string, CfnAlarm | CfnCompositeAlarm>();

  constructor(scope: Construct, id: string, { settings, names, topics }: AlarmsProps) {
    super(scope, id);
    const rendered = [...alarmsFor(settings)].map(([name, alarm]) => renderAlarm(name, alarm, settings, names));
    const faults = rendered
      .flatMap(({ metricAlarms, composite }) => [...metricAlarms, ...(composite ? [composite] : [])])
      .flatMap(alarmFaults);
    if (faults.length > 0) throw new Error(`CloudWatch would refuse:\n- ${faults.join('\n- ')}`);
    for (const alarm of rendered) {
      const actions = alarm.severity === 'ticket' ? [topics.tickets.topicArn] : [];
      this.byName.set(alarm.name, this.build(alarm, actions));
    }
    const pages = rendered.filter(({ severity }) => severity === 'page').map(({ name }) => name);
    this.byName.set(pageAlarm, this.join(pages, settings, names, topics));
  }

  arnOf(name: string): string {
    const alarm = this.byName.get(name);
    if (!alarm) throw new Error(`There is no alarm ${name}, only ${[...this.byName.keys()].join(', ')}`);
    return alarm.attrArn;
  }

  private build(
    { name, metricAlarms, composite }: RenderedAlarm,
    alarmActions: string[],
  ): CfnAlarm | CfnCompositeAlarm {
    const [one, ...others] = metricAlarms.map((props, index) => {
      const id = logicalId(composite ? `${name}-part-${index + 1}` : name);
      return new CfnAlarm(this, id, { ...props, metrics: [...props.metrics], ...(!composite && { alarmActions }) });
    });
    if (!one) throw new Error(`The alarm ${name} has no condition`);
    if (!composite) return one;
    const joined = new CfnCompositeAlarm(this, logicalId(name), { ...composite, alarmActions });
    for (const part of [one, ...others]) joined.addResourceDependency(part);
    return joined;
  }

  private join(pages: readonly AlarmName[], settings: Settings, names: ResourceNames, { pages: topic }: AlarmTopics) {
    const joined = new CfnCompositeAlarm(this, logicalId(pageAlarm), {
      ...renderPageAlarm(pages, settings, names),
      alarmActions: [topic.topicArn],
      // Also notifies when the incident is over.
      okActions: [topic.topicArn],
    });
    // The rule refers to them by name, which CloudFormation does not see.
    for (const name of pages) {
      const part = this.byName.get(name);
      if (part) joined.addResourceDependency(part);
    }
    return joined;
  }
}

/** `redirect-loop` becomes `RedirectLoop`. */
function logicalId(name: string): string {
  return name.replace(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
