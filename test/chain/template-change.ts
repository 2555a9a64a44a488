import type { RawResource, Template } from '../../local/aws/template/template.ts';

// biome-ignore lint/suspicious/noExplicitAny: a template is a tree of any shape, and a change says where it reaches in
export type Tree = any;

/** Does one thing to a template. */
export type Change = (parts: Parts) => void;

/** A copy of the template, changed. */
export function changed(template: Template, ...changes: readonly Change[]): Template {
  const tree: Tree = structuredClone(template);
  for (const change of changes) change(partsOf(tree));
  return tree;
}

export function resourcesOf(template: Template, type: string): { id: string; resource: RawResource }[] {
  return Object.entries(template.Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([id, resource]) => ({ id, resource }));
}

/** The one resource of this type; of several, the one whose logical id begins with `idPrefix`. */
export function idOf(template: Tree, type: string, idPrefix = ''): string {
  const found = resourcesOf(template, type).filter(({ id }) => id.startsWith(idPrefix));
  const [only, ...others] = found;
  if (only && others.length === 0) return only.id;
  throw new Error(`The template has ${found.length} of ${type} ${idPrefix}*: expected one`);
}

const propertiesOf = (template: Tree, type: string, idPrefix?: string): Tree =>
  template.Resources[idOf(template, type, idPrefix)].Properties;

export type Parts = ReturnType<typeof partsOf>;

/** Where a change reaches in: the shipped template by the words of the design. */
const partsOf = (template: Tree) => ({
  resources: template.Resources,
  ids: {
    derivatives: idOf(template, 'AWS::S3::Bucket', 'Derivatives'),
    originals: idOf(template, 'AWS::S3::Bucket', 'Originals'),
    distribution: idOf(template, 'AWS::CloudFront::Distribution'),
    cachePolicy: idOf(template, 'AWS::CloudFront::CachePolicy', 'EdgeCachePolicy'),
    api: idOf(template, 'AWS::ApiGatewayV2::Api'),
  },
  website: propertiesOf(template, 'AWS::S3::Bucket', 'Derivatives').WebsiteConfiguration,
  rules: propertiesOf(template, 'AWS::S3::Bucket', 'Derivatives').WebsiteConfiguration.RoutingRules as Tree[],
  websitePolicy: propertiesOf(template, 'AWS::S3::BucketPolicy', 'Derivatives').PolicyDocument,
  edge: propertiesOf(template, 'AWS::CloudFront::Distribution').DistributionConfig,
  cache: propertiesOf(template, 'AWS::CloudFront::CachePolicy', 'EdgeCachePolicy').CachePolicyConfig,
  /** Of /resize; absent where the API is on its own host. */
  get resizeCache(): Tree {
    return propertiesOf(template, 'AWS::CloudFront::CachePolicy', 'EdgeResizeCachePolicy').CachePolicyConfig;
  },
  headers: propertiesOf(template, 'AWS::CloudFront::ResponseHeadersPolicy').ResponseHeadersPolicyConfig,
  edgeFunction: propertiesOf(template, 'AWS::CloudFront::Function', 'EdgeFunctionsResponse'),
  integration: propertiesOf(template, 'AWS::ApiGatewayV2::Integration'),
  route: propertiesOf(template, 'AWS::ApiGatewayV2::Route'),
  permission: propertiesOf(template, 'AWS::Lambda::Permission', 'ResizeApi'),
  lambda: propertiesOf(template, 'AWS::Lambda::Function', 'Resize'),
  role: propertiesOf(template, 'AWS::IAM::Role', 'Resize').Policies[0].PolicyDocument,
});
