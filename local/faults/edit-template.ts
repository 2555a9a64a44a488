import {
  isList,
  isObject,
  type Json,
  type JsonObject,
  type Template,
  TemplateError,
} from '../aws/template/template.ts';

export type TemplateEdit = (template: Template) => Template;

/** Edits the properties of every resource of a type. Throws when the template has none that the edit changes. */
export function editResources(type: string, edit: (properties: JsonObject) => JsonObject): TemplateEdit {
  return (template) => {
    let isEdited = false;
    const resources = Object.entries(template.Resources).map(([logicalId, resource]) => {
      if (resource.Type !== type) return [logicalId, resource] as const;
      const before = resource.Properties ?? {};
      const properties = edit(before);
      if (properties === before) return [logicalId, resource] as const;
      isEdited = true;
      return [logicalId, { ...resource, Properties: properties }] as const;
    });
    if (!isEdited) throw new TemplateError(`The template has no ${type} that this fault can change`);
    return { ...template, Resources: Object.fromEntries(resources) };
  };
}

/** Merges objects recursively. Every other value of `over` replaces that of `base`. */
export function merge(base: JsonObject, over: JsonObject): JsonObject {
  const entries = Object.entries(over).map(([name, value]): [string, Json] => {
    const under = base[name];
    return [name, isObject(under) && isObject(value) ? merge(under, value) : value];
  });
  return { ...base, ...Object.fromEntries(entries) };
}

/**
 * Replaces every list of that name, at any depth; an empty one is removed with its property. Returns the very same object
 * when there is none.
 */
export function editLists(
  value: JsonObject,
  name: string,
  edit: (items: readonly JsonObject[]) => readonly Json[],
): JsonObject {
  let isEdited = false;
  const visit = (json: Json): Json => {
    if (isList(json)) return json.map(visit);
    if (!isObject(json)) return json;
    return Object.fromEntries(
      Object.entries(json).flatMap(([key, child]): [string, Json][] => {
        if (key !== name || !isList(child)) return [[key, visit(child)]];
        isEdited = true;
        const items = edit(child.filter(isObject));
        return items.length === 0 ? [] : [[key, items]];
      }),
    );
  };
  const edited = visit(value);
  return isEdited && isObject(edited) ? edited : value;
}
