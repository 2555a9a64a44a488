import { createHmac, randomBytes } from 'node:crypto';
import { secretNames } from './identities.ts';
import { createReferences, type References } from './references.ts';
import {
  type Account,
  asPair,
  asPlain,
  asText,
  asTexts,
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

type Intrinsic = (argument: Json, path: string) => Value;

interface Scope {
  readonly references: References;
  resolve(value: Json, path: string): Value;
}

/** The supported intrinsics. The resolver refuses all others by name. */
function createIntrinsics({ references, resolve }: Scope): Record<string, Intrinsic> {
  return {
    Ref: (name, path) => references.ref(asText(name, path), path),

    'Fn::GetAtt': (argument, path) => {
      const [logicalId, ...rest] = typeof argument === 'string' ? argument.split('.') : asTexts(argument, path);
      return references.attribute(logicalId ?? '', rest.join('.'), path);
    },

    'Fn::Join': (argument, path) => {
      const [separator, list] = asPair(argument, path);
      return asTexts(resolve(list, path), path).join(asText(separator, path));
    },

    'Fn::Split': (argument, path) => {
      const [separator, source] = asPair(argument, path);
      return asText(resolve(source, path), path).split(asText(separator, path));
    },

    'Fn::Select': (argument, path) => {
      const [index, source] = asPair(argument, path);
      const list = asPlain(resolve(source, path), path);
      const value = isList(list) ? list[Number(index)] : undefined;
      if (value !== undefined) return value;
      throw new TemplateError(`${path}: ${JSON.stringify(list)} has no item ${String(index)}`);
    },

    'Fn::Sub': (argument, path) => {
      const [pattern, variables] = isList(argument) ? asPair(argument, path) : [argument, {}];
      const own = isObject(variables) ? variables : {};
      return asText(pattern, path).replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
        if (literal) return `\${${name}}`;
        const variable = own[name];
        if (variable !== undefined) return asText(resolve(variable, path), path);
        const [logicalId, ...rest] = name.split('.');
        if (rest.length > 0) return references.attribute(logicalId ?? '', rest.join('.'), path);
        return asText(references.ref(name, path), path);
      });
    },
  };
}

/** secretsmanager : ARN or name [: SecretString [: JSON key [: stage [: version ]]]] */
const secretReference =
  /^secretsmanager:(arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:[^:]+|[^:]+)(?::SecretString(?::([^:]*)(?::[^:]*){0,2})?)?$/;

/** By logical id and properties: a changed template keeps its secrets, as a changed stack does. */
const generated = new Map<string, string>();

/** Replaces `{{resolve:secretsmanager:…}}` with a generated secret. Other services are refused by name. */
function createDynamicReferences(template: Template, references: References) {
  function secretOf(name: string, path: string): string {
    for (const [logicalId, { Type, Properties }] of Object.entries(template.Resources)) {
      if (Type !== 'AWS::SecretsManager::Secret') continue;
      if (!secretNames(references.identity(logicalId, path)).includes(name)) continue;
      const known = JSON.stringify([logicalId, Properties]);
      const value = generated.get(known) ?? generateSecret(Properties ?? {}, logicalId);
      generated.set(known, value);
      return value;
    }
    throw new TemplateError(`${path}: the template has no secret "${name}"`);
  }

  return (value: string, path: string): string =>
    value.replace(/\{\{resolve:([^}]*)\}\}/g, (reference, inner: string) => {
      const [, name, jsonKey] = secretReference.exec(inner) ?? [];
      if (!name) throw new TemplateError(`${path}: unknown dynamic reference "${reference}"`);
      const secret = secretOf(name, path);
      return jsonKey ? asText((JSON.parse(secret) as JsonObject)[jsonKey], path) : secret;
    });
}

/** A secret stays the same when the template is changed, as in Secrets Manager. */
const seed = randomBytes(32);
const passwordOf = (logicalId: string, length: number) =>
  createHmac('sha512', seed).update(logicalId).digest('hex').slice(0, length);

function generateSecret({ SecretString, GenerateSecretString }: JsonObject, logicalId: string): string {
  if (SecretString !== undefined) return asText(SecretString, `${logicalId}.SecretString`);
  if (!isObject(GenerateSecretString)) {
    throw new TemplateError(`${logicalId}: a secret needs SecretString or GenerateSecretString`);
  }
  const { PasswordLength = 32, SecretStringTemplate, GenerateStringKey } = GenerateSecretString;
  const password = passwordOf(logicalId, Number(PasswordLength));
  if (SecretStringTemplate === undefined || GenerateStringKey === undefined) return password;
  const path = `${logicalId}.GenerateSecretString`;
  const fields = JSON.parse(asText(SecretStringTemplate, path)) as Record<string, Json>;
  return JSON.stringify({ ...fields, [asText(GenerateStringKey, path)]: password });
}
