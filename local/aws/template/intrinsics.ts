import type { References } from './references.ts';
import {
  asPair,
  asPlain,
  asText,
  asTexts,
  isList,
  isObject,
  type Json,
  TemplateError,
  type Value,
} from './template.ts';

export type Intrinsic = (argument: Json, path: string) => Value;

interface Scope {
  readonly references: References;
  resolve(value: Json, path: string): Value;
}

/** The supported intrinsics. The resolver refuses all others by name. */
export function createIntrinsics({ references, resolve }: Scope): Record<string, Intrinsic> {
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
