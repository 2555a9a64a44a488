import { isList, type Json, TemplateError } from './template.ts';

/** `AWS::NoValue` takes the property away that it stands for. */
export const noValue = Symbol('AWS::NoValue');
export type Value = Json | typeof noValue;

export function asPlain(value: Value, path: string): Json {
  if (value === noValue) throw new TemplateError(`${path}: AWS::NoValue stands where a value is needed`);
  return value;
}

export function asText(value: Value | undefined, path: string): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new TemplateError(`${path}: expected text, got ${shown(value)}`);
}

export function asTexts(value: Value, path: string): readonly string[] {
  if (value === noValue || !isList(value)) throw new TemplateError(`${path}: expected a list, got ${shown(value)}`);
  return value.map((item) => asText(item, path));
}

export function asPair(value: Json, path: string): readonly [Json, Json] {
  const [first, second] = isList(value) ? value : [];
  if (first === undefined || second === undefined) {
    throw new TemplateError(`${path}: expected a list of two, got ${shown(value)}`);
  }
  return [first, second];
}

function shown(value: Value | undefined): string {
  return value === noValue ? 'AWS::NoValue' : (JSON.stringify(value) ?? 'nothing');
}
