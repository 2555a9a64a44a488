import type { ChainParts } from '../chain-parts.ts';
import { edgeLogGroup } from '../emulators/cloudfront/edge-function.ts';
import { Properties } from '../properties.ts';

/** The logs of the chain by what they are of, as runbooks name them in their queries. */
export function logGroupsOf({ api, functions, template }: ChainParts): ReadonlyMap<string, string> {
  const [called, other] = functions;
  const edge = template.resources.find(({ type }) => type === 'AWS::CloudFront::Function');
  const groups: readonly (readonly [string, string | undefined])[] = [
    ['resize', called?.logGroup],
    ['walker', other?.logGroup],
    ['api', api.accessLog?.group],
    ['edge', edge && edgeLogGroup(Properties.of(edge).text('Name'))],
  ];
  return new Map(groups.flatMap(([name, group]) => (group === undefined ? [] : [[name, group] as const])));
}
