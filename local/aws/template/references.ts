import { type Identity, identities } from './identities.ts';
import {
  type Account,
  type Json,
  noValue,
  type Resource,
  type Template,
  TemplateError,
  type Value,
} from './template.ts';

export interface References {
  /** `Ref`: of a pseudo parameter, a parameter or a resource. */
  ref(name: string, path: string): Value;
  /** `Fn::GetAtt`. */
  attribute(logicalId: string, name: string, path: string): string;
  identity(logicalId: string, path: string): Identity;
  /** All that `Ref` and `Fn::GetAtt` can return. For an unknown type `Ref` is the logical id. */
  all(logicalId: string): Pick<Resource, 'ref' | 'attributes'>;
}

/**
 * To resolve a reference, only the name properties of its resource are resolved. So two resources can refer to each
 * other, unless a name depends on itself.
 */
export function createReferences(
  template: Template,
  account: Account,
  parameters: Readonly<Record<string, string>>,
  resolve: (value: Json, path: string) => Value,
): References {
  const known = new Map<string, Identity>();
  const naming: string[] = [];
  const pseudo: Readonly<Record<string, Value>> = {
    'AWS::Region': account.region,
    'AWS::AccountId': account.accountId,
    'AWS::Partition': account.partition,
    'AWS::URLSuffix': account.urlSuffix,
    'AWS::StackName': account.stackName,
    'AWS::StackId': `arn:${account.partition}:cloudformation:${account.region}:${account.accountId}:stack/${account.stackName}/local`,
    'AWS::NotificationARNs': [],
    'AWS::NoValue': noValue,
  };

  function identity(logicalId: string, path: string): Identity {
    const found = known.get(logicalId);
    if (found) return found;
    const raw = template.Resources[logicalId];
    if (!raw) throw new TemplateError(`${path}: there is no resource or parameter "${logicalId}"`);
    if (naming.includes(logicalId)) {
      throw new TemplateError(`${path}: names depend on each other: ${[...naming, logicalId].join(' -> ')}`);
    }
    naming.push(logicalId);
    const names = Object.entries(raw.Properties ?? {})
      .filter(([name]) => name.endsWith('Name'))
      .flatMap(([name, value]): [string, Json][] => {
        const one = resolve(value, `${logicalId}.${name}`);
        return one === noValue ? [] : [[name, one]];
      });
    naming.pop();
    const made = { logicalId, properties: Object.fromEntries(names), ...account };
    known.set(logicalId, made);
    return made;
  }

  function rulesOf(logicalId: string, path: string) {
    const of = identity(logicalId, path);
    const type = template.Resources[logicalId]?.Type ?? '';
    const rules = identities[type];
    if (!rules) throw new TemplateError(`${path}: references are not supported to "${logicalId}" (${type})`);
    return { of, type, rules };
  }

  return {
    identity,
    all(logicalId) {
      if (!identities[template.Resources[logicalId]?.Type ?? '']) return { ref: logicalId, attributes: {} };
      const { of, rules } = rulesOf(logicalId, logicalId);
      const attributes = Object.entries(rules.attributes).map(([name, read]) => [name, read(of)]);
      return { ref: rules.ref(of), attributes: Object.fromEntries(attributes) };
    },
    ref(name, path) {
      const standing = pseudo[name];
      if (standing !== undefined) return standing;
      const parameter = template.Parameters?.[name];
      if (parameter) {
        const value = parameters[name] ?? parameter.Default;
        if (value !== undefined) return value;
        throw new TemplateError(`${path}: the parameter "${name}" has no default and was not given`);
      }
      const { of, rules } = rulesOf(name, path);
      return rules.ref(of);
    },
    attribute(logicalId, name, path) {
      const { of, type, rules } = rulesOf(logicalId, path);
      const read = rules.attributes[name];
      if (read) return read(of);
      const expected = Object.keys(rules.attributes).join(', ') || 'none';
      throw new TemplateError(
        `${path}: unknown attribute "${name}" of "${logicalId}" (${type}), expected one of ${expected}`,
      );
    },
  };
}
