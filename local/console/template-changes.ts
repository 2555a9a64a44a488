import { isList, isObject, type Json, type JsonObject, type Template, TemplateError } from '../template/template.ts';
import type { TemplateMode } from './contract.ts';

export type TemplateChange = (template: Template) => Template;

const daySeconds = 86_400;

const ttl = (values: JsonObject): TemplateChange =>
  onResources('AWS::CloudFront::CachePolicy', (properties) => merged(properties, { CachePolicyConfig: values }));

const wrongSecret: TemplateChange = onResources('AWS::CloudFront::Distribution', (properties) =>
  onEach(properties, 'OriginCustomHeaders', (header) => ({ ...header, HeaderValue: 'not the secret' })),
);

const rules = (change: (rule: JsonObject) => JsonObject): TemplateChange =>
  onResources('AWS::S3::Bucket', (properties) => onEach(properties, 'RoutingRules', change));

/** Mistakes in a template that send viewers round, each as what somebody would have written. */
export const templateChanges: Readonly<Record<Exclude<TemplateMode, 'own'>, TemplateChange>> = {
  'default-ttl-a-day': ttl({ DefaultTTL: daySeconds }),
  'minimum-ttl-a-minute': ttl({ MinTTL: 60, DefaultTTL: 60 }),
  'rule-says-302': both(
    ttl({ DefaultTTL: daySeconds }),
    rules((rule) => merged(rule, { RedirectRule: { HttpRedirectCode: '302' } })),
  ),
  'cache-control-on-all': onResources('AWS::CloudFront::ResponseHeadersPolicy', (properties) =>
    merged(properties, {
      ResponseHeadersPolicyConfig: {
        CustomHeadersConfig: {
          Items: [{ Header: 'Cache-Control', Value: `public, max-age=${daySeconds}`, Override: true }],
        },
      },
    }),
  ),
  'rule-on-403': both(
    wrongSecret,
    rules((rule) => merged(rule, { RoutingRuleCondition: { HttpErrorCodeReturnedEquals: '403' } })),
  ),
  'wrong-secret': wrongSecret,
};

function both(first: TemplateChange, second: TemplateChange): TemplateChange {
  return (template) => second(first(template));
}

/** Changes the properties of all resources of a type; a template that has none, or none that it fits, is refused. */
function onResources(type: string, change: (properties: JsonObject) => JsonObject): TemplateChange {
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
function merged(base: JsonObject, over: JsonObject): JsonObject {
  const rows = Object.entries(over).map(([name, value]): [string, Json] => {
    const under = base[name];
    return [name, isObject(under) && isObject(value) ? merged(under, value) : value];
  });
  return { ...base, ...Object.fromEntries(rows) };
}

/** Changes each item of every list of that name, however deep it is; without one, gives back the very same object. */
function onEach(value: JsonObject, list: string, change: (item: JsonObject) => JsonObject): JsonObject {
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
