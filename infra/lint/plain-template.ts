/**
 * A template as plain text: every intrinsic becomes a string in the notation of Fn::Sub. `{Ref: A}` is `${A}`, an
 * attribute is `${A.Arn}`, and a join is its parts. The rows compare strings, however the template was written.
 */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

export interface Resource {
  readonly id: string;
  readonly type: string;
  readonly properties: Plain;
}

export function plainResources(template: unknown): readonly Resource[] {
  const resources = at(toPlain(template), 'Resources');
  if (resources === undefined || typeof resources !== 'object' || resources === null || Array.isArray(resources)) {
    throw new Error('The file is no CloudFormation template: it has no Resources');
  }
  return Object.entries(resources).map(([id, resource]) => ({
    id,
    type: text(at(resource, 'Type')),
    properties: at(resource, 'Properties') ?? {},
  }));
}

/** Returns the value at a path of names; `undefined` when there is none. */
export function at(value: Plain | undefined, ...path: readonly string[]): Plain | undefined {
  return path.reduce<Plain | undefined>(
    (inner, name) =>
      typeof inner === 'object' && inner !== null && !Array.isArray(inner)
        ? (inner as { readonly [key: string]: Plain })[name]
        : undefined,
    value,
  );
}

/** In many places CloudFormation accepts one value for a list. */
export function list(value: Plain | undefined): readonly Plain[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value as Plain];
}

/** Returns scalars as text, and an empty string for everything else. */
export function text(value: Plain | undefined): string {
  return value === undefined || value === null || typeof value === 'object' ? '' : String(value);
}

export function texts(value: Plain | undefined): readonly string[] {
  return list(value).map(text);
}

/** Returns whether the text refers to the resource or to one of its attributes. */
export function refersTo(value: string, id: string): boolean {
  return value.includes(`\${${id}}`) || value.includes(`\${${id}.`);
}

function toPlain(value: unknown): Plain {
  if (Array.isArray(value)) return value.map(toPlain);
  if (typeof value !== 'object' || value === null) return value as Plain;
  const entries = Object.entries(value);
  const [first] = entries;
  if (entries.length === 1 && first && (first[0] === 'Ref' || first[0].startsWith('Fn::'))) {
    return intrinsicText(first[0], toPlain(first[1]));
  }
  return Object.fromEntries(entries.map(([key, inner]) => [key, toPlain(inner)]));
}

function intrinsicText(name: string, argument: Plain): string {
  const parts = list(argument);
  switch (name) {
    case 'Ref':
      return `\${${text(argument)}}`;
    case 'Fn::GetAtt':
      return `\${${texts(argument).join('.')}}`;
    case 'Fn::Join':
      return texts(parts[1]).join(text(parts[0]));
    case 'Fn::Sub':
      return substitute(text(parts[0]), parts[1]);
    case 'Fn::Select':
      // For references it does not matter which part is selected.
      return texts(parts[1]).join('');
    case 'Fn::Split':
      return text(parts[1]);
    default:
      return `\${${name}}`;
  }
}

function substitute(pattern: string, variables: Plain | undefined): string {
  return pattern.replace(/\$\{([^}]+)\}/g, (whole, name: string) => {
    const value = at(variables, name);
    return value === undefined ? whole : text(value);
  });
}
