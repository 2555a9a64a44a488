import { merged, onResources } from '../../template/change-resources.ts';
import { isObject } from '../../template/template.ts';
import { setUp, withS3Fault, withTemplate } from '../faults.ts';
import type { Incident } from '../incident.ts';
import { evening } from '../load.ts';

/** Parts that do not let one another in, or have lost their way to each other. */
export const accessIncidents = {
  'secret-drift': {
    title: 'The secret of CloudFront and website has drifted',
    says: 'CloudFront sends another Referer than the bucket’s policy asks for: every picture that the edge does not hold is a 403.',
    minutes: 17,
    faultIn: setUp(() => ({ template: 'wrong-secret' })),
    pages: ['edge-forbidden', 'walk-failing'],
    tickets: [],
    runbook: 'edge-forbidden',
  },

  'rules-lost': {
    title: 'The routing rules are lost',
    says: 'The website answers 404 for every picture that does not exist yet, and sends nobody to the API.',
    minutes: 17,
    faultIn: withTemplate(
      onResources('AWS::S3::Bucket', (properties) => {
        const { WebsiteConfiguration: website } = properties;
        if (!isObject(website) || website.RoutingRules === undefined) return properties;
        const { RoutingRules: _, ...rest } = website;
        return { ...properties, WebsiteConfiguration: rest };
      }),
    ),
    pages: ['routing-rules-lost', 'walk-failing'],
    tickets: [],
    runbook: 'routing-rules-lost',
  },

  'originals-forbidden': {
    title: 'The Lambda may not read originals',
    says: 'S3 refuses the Lambda’s reads, as when its role, the bucket’s policy or the key of its objects has changed: no picture can be made.',
    minutes: 17,
    faultIn: withS3Fault(({ originals }) => ({
      operation: 'GetObject',
      bucket: originals,
      effect: { error: { status: 403, code: 'AccessDenied' } },
    })),
    pages: ['fault-burn-fast', 'fault-burn-slow', 'walk-failing'],
    tickets: ['fault-burn-creeping'],
    runbook: 'fault-burn-fast',
  },

  'hit-rate-collapse': {
    title: 'The edge keeps nothing',
    says: 'MaxTTL is 0: CloudFront asks the website for every picture, whatever its Cache-Control says.',
    minutes: 30,
    faultIn: withTemplate(
      onResources('AWS::CloudFront::CachePolicy', (properties) =>
        merged(properties, { CachePolicyConfig: { MaxTTL: 0 } }),
      ),
    ),
    // Half an hour takes long enough.
    load: evening,
    pages: [],
    tickets: ['hit-rate'],
    runbook: 'hit-rate',
  },
} as const satisfies Record<string, Incident>;
