/** A CloudFormation template as JSON, and the same template with every intrinsic resolved to a plain value. */

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

export interface RawResource {
  readonly Type: string;
  readonly Properties?: JsonObject;
  readonly Metadata?: JsonObject;
}

export interface Template {
  readonly Parameters?: Readonly<Record<string, JsonObject>>;
  readonly Resources: Readonly<Record<string, RawResource>>;
  readonly Outputs?: Readonly<Record<string, JsonObject>>;
}

/** A resource with the values it would be deployed with. */
export interface Resource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: JsonObject;
  /** What `Ref` returns. */
  readonly ref: string;
  /** What `Fn::GetAtt` returns. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Resources by type, in the order of the template. */
export interface ResourceIndex {
  ofType(type: string): readonly Resource[];
}

export interface ResolvedTemplate extends ResourceIndex {
  readonly resources: readonly Resource[];
  readonly outputs: Readonly<Record<string, Json>>;
  readonly account: Account;
}

/** The values of the pseudo parameters. */
export interface Account {
  readonly region: string;
  readonly accountId: string;
  readonly partition: string;
  readonly urlSuffix: string;
  readonly stackName: string;
}

/** An error in a template, or something in it that is not emulated. The message names the logical id and the path. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

export function indexByType(resources: readonly Resource[]): ResourceIndex {
  const index = Map.groupBy(resources, ({ type }) => type);
  return { ofType: (type) => index.get(type) ?? [] };
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isObject(value: Json | undefined): value is JsonObject {
  return isRecord(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** `AWS::NoValue` removes the property that it is the value of. */
export const noValue = Symbol('AWS::NoValue');
export type Value = Json | typeof noValue;

export function asPlain(value: Value, path: string): Json {
  if (value === noValue) throw new TemplateError(`${path}: got AWS::NoValue, expected a value`);
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
