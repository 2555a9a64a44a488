import { CfnAlarm, CfnCompositeAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { type AlarmName, pageAlarm } from '../../dashboards/alarm.ts';
import { alarmsFor } from '../../dashboards/alarms.ts';
import { alarmFaults } from '../../dashboards/render/check-limits.ts';
import { type RenderedAlarm, renderAlarm, renderPageAlarm } from '../../dashboards/render/render-alarm.ts';
import type { ResourceNames } from '../../dashboards/resource-names.ts';
import type { Settings } from '../../dashboards/settings.ts';
import type { AlarmTopics } from './alarm-topics.ts';

export interface AlarmsProps {
  readonly settings: Settings;
  readonly names: ResourceNames;
  readonly topics: AlarmTopics;
}

/** The alarms in CloudWatch. Tickets notify by themselves; pages notify through one composite alarm. */
export class Alarms extends Construct {
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
export function logicalId(name: string): string {
  return name.replace(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
