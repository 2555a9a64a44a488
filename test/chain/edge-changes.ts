import type { Parts, Tree } from './template-change.ts';

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

/** A function on viewer requests in place of the shipped one. */
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
    const { FunctionAssociations } = edge.DefaultCacheBehavior;
    const association = FunctionAssociations.find(({ EventType }: Tree) => EventType === 'viewer-request');
    association.FunctionARN = { 'Fn::GetAtt': ['Rewrites', 'FunctionARN'] };
  };
}
