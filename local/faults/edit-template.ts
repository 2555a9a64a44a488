import {
  isList,
  isObject,
  type Json,
  type JsonObject,
  type Template,
  TemplateError,
} from '../aws/template/template.ts';

/** A mistake in a template, or its opposite. */
export type TemplateChange = (template: Template) => Template;

/** Changes the properties of all resources of a type; a template that has none, or none that it fits, is refused. */
export function onResources(type: string, change: (properties: JsonObject) => JsonObject): TemplateChange {
  return (template) => {
    let found = false;
    const resources = Object.entries(template.Resources).map(([logicalId, resource]) => {
      if (resource.Type !== type) return [logicalId, resource] as const;
      const before = resource.Properties ?? {};
      const properties = change(before);
      if (properties === before) return [logicalId, resource] as const;
      found = true;
      return [logicalId, { ...resource, Properties: properties }] as const;
    });
    if (!found)
      throw new TemplateError(`This template has no ${type} in which the mistake could be made: expected one`);
    return { ...template, Resources: Object.fromEntries(resources) };
  };
}

/** Objects are put into one another, everything else is replaced. */
export function merged(base: JsonObject, over: JsonObject): JsonObject {
  const rows = Object.entries(over).map(([name, value]): [string, Json] => {
    const under = base[name];
    return [name, isObject(under) && isObject(value) ? merged(under, value) : value];
  });
  return { ...base, ...Object.fromEntries(rows) };
}

/** Changes each item of every list of that name, however deep it is; without one, gives back the very same object. */
export function onEach(value: JsonObject, list: string, change: (item: JsonObject) => JsonObject): JsonObject {
  let touched = false;
  const inside = (one: Json): Json => {
    if (isList(one)) return one.map(inside);
    if (!isObject(one)) return one;
    return Object.fromEntries(
      Object.entries(one).map(([name, child]): [string, Json] => {
        if (name !== list || !isList(child)) return [name, inside(child)];
        touched = true;
        return [name, child.map((item) => (isObject(item) ? change(item) : item))];
      }),
    );
  };
  const changed = inside(value);
  return touched && isObject(changed) ? changed : value;
}
