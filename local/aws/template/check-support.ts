import { isList, isObject, type Json, type Resource, type Template, TemplateError } from './template.ts';

/** What the chain does with a property: it emulates it, or it ignores it on purpose, for a stated reason. */
export type Effect = { readonly effect: 'emulated' } | { readonly effect: 'none'; readonly why: string };

/**
 * The supported properties by resource type and path. Path segments are joined by dots, and list indexes are segments:
 * `*` matches one segment, `**` at the end matches everything below.
 */
export type SupportTable = Readonly<Record<string, { readonly properties: Readonly<Record<string, Effect>> }>>;

export const emulated: Effect = { effect: 'emulated' };
export const without = (why: string): Effect => ({ effect: 'none', why });
export const label = without('a name, a description or a tag');

/** The supported attributes of a resource. */
const attributes: Readonly<Record<string, Effect>> = {
  Type: emulated,
  Properties: emulated,
  Metadata: without('metadata for tools'),
  DependsOn: without('the chain starts everything before it serves the first request'),
  DeletionPolicy: without('the chain deletes no resource'),
  UpdateReplacePolicy: without('the chain replaces no resource'),
  UpdatePolicy: without('the chain has one version of each function'),
};

/** A property without effect in the chain, for the list that is printed and documented. */
export interface WithoutEffect {
  readonly logicalId: string;
  readonly type: string;
  readonly property: string;
  readonly why: string;
}

type CheckedResource = Pick<Resource, 'logicalId' | 'type' | 'properties'>;

/** Throws one error that names everything in the template that is not supported. */
export function checkSupport(
  template: Template,
  { resources }: { readonly resources: readonly CheckedResource[] },
  table: SupportTable,
): readonly WithoutEffect[] {
  const unknown: string[] = [];
  const withoutEffect: WithoutEffect[] = [];
  for (const resource of resources) {
    const { logicalId, type } = resource;
    const support = table[type];
    if (!support) {
      unknown.push(`${logicalId}: the local chain does not know the type ${type}`);
      continue;
    }
    const patterns = Object.entries(support.properties).map(([pattern, effect]) => ({
      match: matcher(pattern),
      effect,
    }));
    for (const property of leaves(resource)) {
      const effect = patterns.find(({ match }) => match(property))?.effect;
      if (!effect) unknown.push(`${logicalId} (${type}): the local chain does not know the property ${property}`);
      else if (effect.effect === 'none') withoutEffect.push({ logicalId, type, property, why: effect.why });
    }
    for (const name of Object.keys(template.Resources[logicalId] ?? {})) {
      if (!attributes[name])
        unknown.push(`${logicalId} (${type}): the local chain does not know the attribute ${name}`);
    }
  }
  if (unknown.length > 0) throw new TemplateError(unknown.join('\n'));
  return withoutEffect;
}

function leaves({ properties }: CheckedResource): readonly string[] {
  return Object.entries(properties).flatMap(([name, value]) => pathsBelow(value, name));
}

function pathsBelow(value: Json, path: string): readonly string[] {
  const children = isList(value) ? [...value.entries()] : isObject(value) ? Object.entries(value) : [];
  return children.length === 0 ? [path] : children.flatMap(([name, child]) => pathsBelow(child, `${path}.${name}`));
}

function matcher(pattern: string): (path: string) => boolean {
  const wanted = pattern.split('.');
  const open = wanted.at(-1) === '**';
  const fixed = open ? wanted.slice(0, -1) : wanted;
  return (path) => {
    const segments = path.split('.');
    if (open ? segments.length < fixed.length : segments.length !== fixed.length) return false;
    return fixed.every((segment, index) => segment === '*' || segment === segments[index]);
  };
}
