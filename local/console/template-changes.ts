import { merged, onEach, onResources, type TemplateChange } from '../template/change-resources.ts';
import type { JsonObject } from '../template/template.ts';
import type { TemplateMode } from './contract.ts';

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
