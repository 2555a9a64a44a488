import type { ScenarioName } from '../../loadtest/scenario-table.ts';
import type { Fault } from '../../local/aws/s3/faults.ts';
import type { JsonObject, Template } from '../../local/aws/template/template.ts';
import type { ChainOptions } from '../../local/chain/start-chain.ts';
import type { Mutation } from './mutant.ts';

/** A chain with one fault, and the verdict that the load test must give. */
export interface FaultRow {
  readonly name: string;
  readonly scenario: ScenarioName;
  readonly expects: { readonly word: 'FAIL' | 'WARN'; readonly code: string };
  /** The Lambda's sources, changed. */
  readonly mutations?: readonly Mutation[];
  /** The template, changed. */
  readonly change?: (template: Template) => Template;
  readonly switches?: ChainOptions['switches'];
  /** A fault of the Lambda's calls of S3. */
  readonly s3?: Fault;
}

const storedBytes = { file: 'src/resize-image.ts', from: 'bytes: derivative.bytes,' } as const;
const storedType = { file: 'src/resize-image.ts', from: 'contentType: contentTypes[derivative.format],' } as const;

export const faultTable: readonly FaultRow[] = [
  {
    name: 'the edge caches redirects',
    scenario: 'cold-miss',
    change: (template) => withCachePolicy(template, { DefaultTTL: 86_400 }),
    switches: { redirectCaching: 'legacy' },
    expects: { word: 'FAIL', code: 'redirect-cached' },
  },
  {
    name: 'the 301 comes without no-store',
    scenario: 'cold-miss',
    mutations: [
      { file: 'src/core/reply.ts', from: "Location: location, 'Cache-Control': 'no-store'", to: 'Location: location' },
    ],
    expects: { word: 'FAIL', code: 'return-cacheable' },
  },
  {
    name: 'the 301 leads to another key',
    scenario: 'cold-miss',
    mutations: [
      {
        file: 'src/core/resize-plan.ts',
        from: 'path.preset.name, path.key),',
        to: "path.preset.name, path.key + '.jpg'),",
      },
    ],
    expects: { word: 'FAIL', code: 'return-target' },
  },
  {
    name: 'images have the wrong size',
    scenario: 'cold-miss',
    mutations: [
      {
        file: 'src/adapters/sharp-transformer.ts',
        from: 'image.resize({ width, height, fit, position: keep })',
        to: 'image.resize({ width: Math.ceil(width / 2), height: Math.ceil(height / 2), fit, position: keep })',
      },
    ],
    expects: { word: 'FAIL', code: 'image-size' },
  },
  {
    name: 'HTML is stored and served with 200',
    scenario: 'cold-miss',
    mutations: [
      { ...storedBytes, to: "bytes: Buffer.from('<!DOCTYPE html><title>Service</title><p>Back soon.')," },
      { ...storedType, to: "contentType: 'text/html'," },
    ],
    expects: { word: 'FAIL', code: 'image-invalid' },
  },
  {
    name: 'images are cut short',
    scenario: 'cold-miss',
    mutations: [{ ...storedBytes, to: 'bytes: derivative.bytes.subarray(0, derivative.bytes.length >> 1),' }],
    expects: { word: 'FAIL', code: 'image-cut-short' },
  },
  {
    name: 'S3 takes longer than the deadline of the service',
    scenario: 'cold-miss',
    // A shorter deadline, so that the row is shorter too.
    mutations: [{ file: 'src/config.ts', from: 'getMilliseconds: 5_000', to: 'getMilliseconds: 500' }],
    s3: { operation: 'GetObject', effect: { delayMilliseconds: 1500 } },
    expects: { word: 'FAIL', code: 'store-slow' },
  },
  {
    name: 'S3 fails',
    scenario: 'cold-miss',
    s3: { operation: 'PutObject', effect: { error: { status: 503, code: 'SlowDown' } } },
    expects: { word: 'FAIL', code: 'store-unavailable' },
  },
  {
    name: 'the Lambda is down',
    scenario: 'cold-miss',
    mutations: [
      {
        file: 'src/handler.ts',
        from: 'return async (event, context) => {',
        to: 'return async (event, context) => { process.exit(1);',
      },
    ],
    expects: { word: 'FAIL', code: 'lambda-down' },
  },
  {
    name: 'a size that is not on the list is redirected',
    scenario: 'mixed',
    change: withCatchAll,
    expects: { word: 'FAIL', code: 'unlisted-redirected' },
  },
  {
    name: 'the edge caches nothing',
    scenario: 'warm-hit',
    change: (template) => withCachePolicy(template, { MaxTTL: 0 }),
    expects: { word: 'FAIL', code: 'too-few-hits' },
  },
  {
    name: 'the edge caches nothing of a catalogue',
    scenario: 'mixed',
    change: (template) => withCachePolicy(template, { MaxTTL: 0 }),
    expects: { word: 'FAIL', code: 'too-few-hits' },
  },
  {
    name: 'the API allows less than its capacity',
    scenario: 'cold-miss',
    change: (template) => withThrottle(template, 1, 1),
    expects: { word: 'FAIL', code: 'throttled' },
  },
  {
    name: 'S3 is slow, but within the deadline',
    scenario: 'cold-miss',
    s3: { operation: 'GetObject', effect: { delayMilliseconds: 2000 } },
    expects: { word: 'WARN', code: 'slow-cold' },
  },
];

type Properties = Readonly<Record<string, unknown>>;

function changed(template: Template, type: string, change: (properties: Properties) => Properties): Template {
  const entries = Object.entries(template.Resources).map(([name, resource]) => {
    if (resource.Type !== type) return [name, resource] as const;
    return [name, { ...resource, Properties: change(resource.Properties ?? {}) as JsonObject }] as const;
  });
  return { ...template, Resources: Object.fromEntries(entries) };
}

function withCachePolicy(template: Template, settings: Properties): Template {
  return changed(template, 'AWS::CloudFront::CachePolicy', ({ CachePolicyConfig }) => ({
    CachePolicyConfig: { ...(CachePolicyConfig as Properties), ...settings },
  }));
}

/** Sets the burst and the rate of the API's stage. */
export function withThrottle(template: Template, burst: number, rate: number): Template {
  return changed(template, 'AWS::ApiGatewayV2::Stage', (properties) => ({
    ...properties,
    DefaultRouteSettings: { ThrottlingBurstLimit: burst, ThrottlingRateLimit: rate },
  }));
}

/** Adds a rule for all missing keys, as many published examples have it. */
function withCatchAll(template: Template): Template {
  return changed(template, 'AWS::S3::Bucket', (properties) => {
    const website = properties.WebsiteConfiguration as { readonly RoutingRules: readonly Properties[] } | undefined;
    if (!website) return properties;
    const [rule] = website.RoutingRules;
    const { RedirectRule } = rule as { readonly RedirectRule: Properties };
    const catchAll = {
      RoutingRuleCondition: { HttpErrorCodeReturnedEquals: '404' },
      RedirectRule: { ...RedirectRule, ReplaceKeyPrefixWith: 'resize?key=' },
    };
    return { ...properties, WebsiteConfiguration: { ...website, RoutingRules: [...website.RoutingRules, catchAll] } };
  });
}
