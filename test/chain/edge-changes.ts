import type { Parts } from './template-change.ts';

/** Changes of a template that more than one row of the catalogue is about. */

/** The managed policies AllViewer and AllViewerExceptHostHeader. */
export const allViewer = '216adef6-5c7f-47e4-b989-5492eafa07d3';
export const allViewerExceptHost = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';

export const edgeHost = ({ ids }: Parts) => ({ 'Fn::GetAtt': [ids.distribution, 'DomainName'] });

export const apiOrigin = ({ ids }: Parts) => ({
  Id: 'api',
  DomainName: { 'Fn::Join': ['', [{ Ref: ids.api }, '.execute-api.us-east-1.amazonaws.com']] },
  CustomOriginConfig: { OriginProtocolPolicy: 'https-only' },
});

/** The API as an origin of the edge, where the rules lead; `query` is the part of it that is in the key. */
export function behindTheEdge(
  parts: Parts,
  { query, minimumSeconds }: { query: 'all' | 'none'; minimumSeconds: number },
): void {
  const { resources, edge, rules, cache } = parts;
  resources.KeepsTheApi = {
    Type: 'AWS::CloudFront::CachePolicy',
    Properties: {
      CachePolicyConfig: {
        ...structuredClone(cache),
        Name: 'KeepsTheApi',
        MinTTL: minimumSeconds,
        DefaultTTL: minimumSeconds,
        ParametersInCacheKeyAndForwardedToOrigin: {
          ...structuredClone(cache.ParametersInCacheKeyAndForwardedToOrigin),
          QueryStringsConfig: { QueryStringBehavior: query },
        },
      },
    },
  };
  edge.Origins.push(apiOrigin(parts));
  edge.CacheBehaviors = [
    {
      PathPattern: '/resize',
      TargetOriginId: 'api',
      ViewerProtocolPolicy: 'https-only',
      CachePolicyId: { Ref: 'KeepsTheApi' },
      // Sends on the query that is not in the key.
      ...(query === 'none' && { OriginRequestPolicyId: allViewerExceptHost }),
    },
  ];
  // Kept errors are another row.
  delete edge.CustomErrorResponses;
  for (const { RedirectRule } of rules) RedirectRule.HostName = edgeHost(parts);
}

/** A function on viewer requests in front of the shipped behaviour. */
export function rewriting(line: string) {
  return ({ resources, edge }: Parts): void => {
    resources.Rewrites = {
      Type: 'AWS::CloudFront::Function',
      Properties: {
        Name: 'rewrites',
        AutoPublish: true,
        FunctionConfig: { Comment: 'rewrites', Runtime: 'cloudfront-js-2.0' },
        FunctionCode: `function handler(event) { var request = event.request; ${line} return request; }`,
      },
    };
    edge.DefaultCacheBehavior.FunctionAssociations.push({
      EventType: 'viewer-request',
      FunctionARN: { 'Fn::GetAtt': ['Rewrites', 'FunctionARN'] },
    });
  };
}
