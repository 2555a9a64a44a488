import { Properties, type Resource } from '../../properties.ts';
import type { ResolvedTemplate } from '../../template/template.ts';

/** `AWS::Events::Rule` with a rate: what it starts, and how often. */
export interface ScheduleRule {
  readonly logicalId: string;
  readonly arn: string;
  readonly everyMilliseconds: number;
  readonly targets: readonly { readonly functionArn: string /** JSON. */; readonly input?: string }[];
}

const units: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Those that are enabled. */
export function readScheduleRules({ resources }: ResolvedTemplate): readonly ScheduleRule[] {
  return resources
    .filter(({ type }) => type === 'AWS::Events::Rule')
    .filter((resource) => Properties.of(resource).oneOf('State', ['ENABLED', 'DISABLED'], 'ENABLED') === 'ENABLED')
    .map((resource) => readRule(resource, resource.attributes.Arn ?? '', resources));
}

function readRule(resource: Resource, arn: string, resources: readonly Resource[]): ScheduleRule {
  const rule = Properties.of(resource);
  return {
    logicalId: resource.logicalId,
    arn,
    everyMilliseconds: readRate(rule),
    targets: rule.children('Targets').map((target) => {
      const functionArn = target.text('Arn');
      if (!/^arn:[^:]+:lambda:/.test(functionArn)) throw target.refusal('Arn', 'the ARN of a Lambda');
      refuseRetries(target, functionArn, resources);
      const input = target.optionalText('Input');
      return { functionArn, ...(input === undefined ? {} : { input }) };
    }),
  };
}

/** "Schedule expressions": a singular unit with 1, a plural with all others. */
function readRate(rule: Properties): number {
  const [, count = '', unit = '', plural = ''] =
    /^rate\(([1-9]\d*) (minute|hour|day)(s?)\)$/.exec(rule.text('ScheduleExpression')) ?? [];
  const every = units[unit];
  if (every === undefined || (count === '1') !== (plural === '')) {
    throw rule.refusal('ScheduleExpression', 'a rate, such as rate(5 minutes)');
  }
  return Number(count) * every;
}

/** `FunctionName` may be a name or an ARN. */
function isAbout(config: Properties, functionArn: string): boolean {
  const [, name = '', qualifier = '$LATEST'] = /:function:([^:]+)(?::(.+))?$/.exec(functionArn) ?? [];
  const meant = config.text('FunctionName').replace(/^.*:function:/, '');
  return meant === name && config.text('Qualifier') === qualifier;
}

/** A failed event is sent twice more unless the function says otherwise, minutes later: that is not emulated. */
function refuseRetries(target: Properties, functionArn: string, resources: readonly Resource[]): void {
  const attempts = resources
    .filter(({ type }) => type === 'AWS::Lambda::EventInvokeConfig')
    .map(Properties.of)
    .filter((config) => isAbout(config, functionArn))
    .map((config) => config.number('MaximumRetryAttempts', 2));
  if (attempts.length > 0 && attempts.every((count) => count === 0)) return;
  throw target.refusal('Arn', 'a function whose AWS::Lambda::EventInvokeConfig has MaximumRetryAttempts 0');
}
