import type { References } from './references.ts';
import {
  asPair,
  asPlain,
  asText,
  asTexts,
  isList,
  isObject,
  type Json,
  type Template,
  TemplateError,
  type Value,
} from './template.ts';

export type Intrinsic = (argument: Json, path: string) => Value;

interface Scope {
  readonly template: Template;
  readonly references: References;
  resolve(value: Json, path: string): Value;
  condition(name: string, path: string): boolean;
}

/** One entry per intrinsic that the chain knows; the resolver refuses the others by name. */
export function createIntrinsics({ template, references, resolve, condition }: Scope): Record<string, Intrinsic> {
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
      throw new TemplateError(`${path}: there is no item ${String(index)} in ${JSON.stringify(list)}`);
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

    'Fn::If': (argument, path) => {
      const [name, whenTrue, whenFalse] = isList(argument) ? argument : [];
      if (whenTrue === undefined || whenFalse === undefined) {
        throw new TemplateError(`${path}: Fn::If needs a condition and two values`);
      }
      return resolve(condition(asText(name, path), path) ? whenTrue : whenFalse, path);
    },

    'Fn::FindInMap': (argument, path) => {
      const keys = asTexts(resolve(argument, path), path);
      const value = keys.reduce<Json | undefined>(
        (row, key) => (isObject(row) ? row[key] : undefined),
        template.Mappings,
      );
      if (value !== undefined) return value;
      throw new TemplateError(`${path}: nothing at ${keys.join('.')} in Mappings`);
    },
  };
}

/** Whether a condition of the template holds, by its name. */
export function createConditions(template: Template, resolve: (value: Json, path: string) => Value) {
  function condition(name: string, path: string): boolean {
    const rule = template.Conditions?.[name];
    if (rule === undefined) throw new TemplateError(`${path}: there is no condition "${name}"`);
    return holds(rule, `Conditions.${name}`);
  }

  function holds(rule: Json, path: string): boolean {
    const [name, argument] = isObject(rule) ? (Object.entries(rule)[0] ?? []) : [];
    const list = isList(argument) ? argument : [];
    switch (name) {
      case 'Fn::Equals': {
        const [left, right] = list.map((side) => asText(resolve(side, path), path));
        return left === right;
      }
      case 'Fn::And':
        return list.every((one) => holds(one, path));
      case 'Fn::Or':
        return list.some((one) => holds(one, path));
      case 'Fn::Not':
        return !list.every((one) => holds(one, path));
      case 'Condition':
        return condition(asText(argument, path), path);
      default:
        throw new TemplateError(
          `${path}: unknown condition "${name}", expected Fn::Equals, Fn::And, Fn::Or, Fn::Not or Condition`,
        );
    }
  }

  return condition;
}
