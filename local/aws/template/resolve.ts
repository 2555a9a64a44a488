import { createIntrinsics } from './intrinsics.ts';
import { createReferences } from './references.ts';
import { createDynamicReferences } from './secrets.ts';
import {
  type Account,
  asPlain,
  indexByType,
  isList,
  isObject,
  type Json,
  type JsonObject,
  noValue,
  type ResolvedTemplate,
  type Template,
  TemplateError,
  type Value,
} from './template.ts';

/** Replaces every intrinsic of a template with the value it has when deployed. An unknown intrinsic is an error. */
export function resolveTemplate(
  template: Template,
  account: Account,
  parameters: Readonly<Record<string, string>> = {},
): ResolvedTemplate {
  const references = createReferences(template, account, parameters, resolve);
  const fillDynamicReferences = createDynamicReferences(template, references);
  const intrinsics = createIntrinsics({ references, resolve });

  function resolve(value: Json, path: string): Value {
    if (typeof value === 'string') return fillDynamicReferences(value, path);
    if (isList(value)) {
      return value.map((item, index) => resolve(item, `${path}.${index}`)).filter((item) => item !== noValue);
    }
    if (!isObject(value)) return value;
    const name = Object.keys(value).find((key) => key === 'Ref' || key.startsWith('Fn::'));
    return name === undefined ? resolveObject(value, path) : resolveIntrinsic(value, name, path);
  }

  function resolveObject(value: JsonObject, path: string): JsonObject {
    const entries = Object.entries(value).map(([name, item]): [string, Value] => [
      name,
      resolve(item, `${path}.${name}`),
    ]);
    return Object.fromEntries(entries.filter((entry): entry is [string, Json] => entry[1] !== noValue));
  }

  function resolveIntrinsic(value: JsonObject, name: string, path: string): Value {
    const intrinsic = intrinsics[name];
    if (!intrinsic || Object.keys(value).length > 1) {
      const expected = Object.keys(intrinsics).join(', ');
      throw new TemplateError(
        `${path}: unknown intrinsic "${Object.keys(value).join(' + ')}", expected one of ${expected}`,
      );
    }
    const result = intrinsic(value[name] ?? null, path);
    // CDK writes references to secrets as an Fn::Join.
    return typeof result === 'string' ? fillDynamicReferences(result, path) : result;
  }

  const resources = Object.entries(template.Resources).map(([logicalId, { Type, Properties }]) => ({
    logicalId,
    type: Type,
    properties: resolveObject(Properties ?? {}, logicalId),
    ...references.all(logicalId),
  }));
  const outputs = Object.entries(template.Outputs ?? {}).map(([name, { Value: value }]): [string, Json] => [
    name,
    asPlain(resolve(value ?? null, `Outputs.${name}`), `Outputs.${name}`),
  ]);
  return { resources, ...indexByType(resources), outputs: Object.fromEntries(outputs), account };
}
