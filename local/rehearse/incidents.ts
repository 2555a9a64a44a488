import { isObject } from '../aws/template/template.ts';
import { merged, onResources } from '../faults/edit-template.ts';
import {
  byViewers,
  keptRedirects,
  setUp,
  slowReads,
  storesHalves,
  withLambda,
  withS3Fault,
  withTemplate,
} from './faults.ts';
import type { Incident } from './incident.ts';
import { evening } from './load.ts';

/** The light load by itself. */
const noIncident = {
  nothing: {
    title: 'Nothing is wrong',
    says: 'Viewers come as on any day.',
    minutes: 20,
    faultIn: byViewers,
    pages: [],
    tickets: [],
    runbook: 'service-unhealthy',
  },
} as const satisfies Record<string, Incident>;

/** Parts that do not let one another in, or have lost their way to each other. */
const accessIncidents = {
  'secret-drift': {
    title: 'The secret of CloudFront and website has drifted',
    says: 'CloudFront sends another Referer than the bucket’s policy asks for: every image that the edge does not hold is a 403.',
    minutes: 17,
    faultIn: setUp(() => ({ template: 'wrong-secret' })),
    pages: ['edge-forbidden', 'canary-failing'],
    tickets: [],
    runbook: 'edge-forbidden',
  },

  'rules-lost': {
    title: 'The routing rules are lost',
    says: 'The website answers 404 for every image that does not exist yet, and sends nobody to the API.',
    minutes: 17,
    faultIn: withTemplate(
      onResources('AWS::S3::Bucket', (properties) => {
        const { WebsiteConfiguration: website } = properties;
        if (!isObject(website) || website.RoutingRules === undefined) return properties;
        const { RoutingRules: _, ...rest } = website;
        return { ...properties, WebsiteConfiguration: rest };
      }),
    ),
    pages: ['routing-rules-lost', 'canary-failing'],
    tickets: [],
    runbook: 'routing-rules-lost',
  },

  'originals-forbidden': {
    title: 'The Lambda may not read originals',
    says: 'S3 refuses the Lambda’s reads, as when its role, the bucket’s policy or the key of its objects has changed: no image can be made.',
    minutes: 17,
    faultIn: withS3Fault(({ originals }) => ({
      operation: 'GetObject',
      bucket: originals,
      effect: { error: { status: 403, code: 'AccessDenied' } },
    })),
    pages: ['error-budget-burn-fast', 'error-budget-burn-slow', 'canary-failing'],
    tickets: ['error-budget-burn-creeping'],
    runbook: 'error-budget-burn-fast',
  },

  'hit-rate-collapse': {
    title: 'The edge keeps nothing',
    says: 'MaxTTL is 0: CloudFront asks the website for every image, whatever its Cache-Control says.',
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

/** Too little of something for the viewers there are. */
const capacityIncidents = {
  'lambda-throttled': {
    title: 'The Lambda has no concurrency',
    says: 'Its reserved concurrency is 0, as when somebody has taken the resizer offline: every call is refused.',
    minutes: 17,
    faultIn: withLambda({ reservedConcurrency: 0 }),
    pages: ['lambda-throttled', 'error-budget-burn-fast', 'error-budget-burn-slow', 'canary-failing'],
    tickets: ['error-budget-burn-creeping'],
    runbook: 'lambda-throttled',
  },

  'api-throttled': {
    title: 'The API lets too little through',
    says: 'The throttle of its stage stands at about one call a minute: the others are turned away by 429.',
    minutes: 17,
    faultIn: withTemplate(
      onResources('AWS::ApiGatewayV2::Stage', (properties) =>
        merged(properties, { DefaultRouteSettings: { ThrottlingBurstLimit: 1, ThrottlingRateLimit: 0.02 } }),
      ),
    ),
    pages: ['api-throttled', 'canary-failing'],
    tickets: [],
    runbook: 'api-throttled',
  },

  'memory-too-small': {
    title: 'The Lambda has too little memory',
    says: 'Somebody has set its memory to 128 MB, which does for small images: in the middle of a large one the process is ended.',
    minutes: 15,
    faultIn: withLambda({ memoryMegabytes: 128 }),
    load: { large: 3 },
    // The canary's image is small.
    pages: ['error-budget-burn-fast', 'error-budget-burn-slow'],
    tickets: ['lambda-errors', 'error-budget-burn-creeping'],
    runbook: 'lambda-errors',
  },
} as const satisfies Record<string, Incident>;

/** Images that come late, broken or not at all. */
const imageIncidents = {
  's3-slow': {
    title: 'S3 is slow',
    says: 'One in eight reads of an original takes more than two seconds, within the limits of the service.',
    minutes: 9,
    faultIn: slowReads,
    // Over the floor with some to spare: a call that is slow to arrive must not decide.
    load: { fresh: 24 },
    pages: [],
    tickets: ['cold-latency'],
    runbook: 'cold-latency',
  },

  'missing-keys': {
    title: 'A burst of keys that do not exist',
    says: 'A page links to images that nobody has uploaded.',
    minutes: 18,
    faultIn: byViewers,
    load: { missing: 30 },
    pages: [],
    tickets: ['missing-originals'],
    runbook: 'missing-originals',
  },

  'broken-derivatives': {
    title: 'A release stores broken derivatives',
    says: 'Every new derivative is cut off in the middle, and stored and redirected to as if it were well.',
    minutes: 17,
    faultIn: storesHalves,
    pages: ['canary-failing'],
    tickets: [],
    runbook: 'canary-failing',
  },
} as const satisfies Record<string, Incident>;

/** Viewers who are sent round, or to the wrong place. */
const redirectIncidents = {
  'redirect-loop': {
    title: 'The edge keeps redirects',
    says: 'DefaultTTL is a day, and CloudFront keeps the 307 of each first view: everybody after that is sent to the Lambda for an image that exists.',
    minutes: 17,
    faultIn: setUp(({ switches }) => ({
      template: 'default-ttl-a-day',
      switches: { ...switches, redirectCaching: 'legacy' },
    })),
    pages: ['redirect-loop', 'canary-failing'],
    tickets: ['loop-suspects'],
    runbook: 'redirect-loop',
  },

  'lost-redirects': {
    title: 'Browsers keep a bare 301',
    says: 'A release of months ago sent 301 without Cache-Control. Its derivatives have expired, and the browsers that kept those redirects go round by themselves: the Lambda sees nothing of it.',
    minutes: 32,
    faultIn: keptRedirects,
    // Half an hour takes long enough.
    load: evening,
    pages: [],
    tickets: ['lost-redirects'],
    runbook: 'lost-redirects',
  },

  'key-encoding': {
    title: 'Keys are written otherwise than they are read',
    says: 'S3 encodes the key in Location twice, and the Lambda decodes it once: every image whose name has a space, a plus or an accent is looked for under another name.',
    minutes: 18,
    faultIn: setUp(({ switches }) => ({ switches: { ...switches, locationEncoding: 'twice' } })),
    pages: ['canary-failing'],
    tickets: ['missing-originals'],
    runbook: 'canary-failing',
  },
} as const satisfies Record<string, Incident>;

/** Everything that is rehearsed, by name: first where viewers go, then what refuses, then what is too little or too slow. */
export const incidents: ReadonlyMap<string, Incident> = new Map(
  Object.entries<Incident>({
    ...noIncident,
    ...redirectIncidents,
    ...accessIncidents,
    ...capacityIncidents,
    ...imageIncidents,
  }),
);

/** The short form: one each of what the Lambda sees, what only the edge sees, and what the edge itself refuses. */
export const quickIncidents = ['redirect-loop', 'lost-redirects', 'secret-drift'];

export function findIncident(name: string): Incident {
  const incident = incidents.get(name);
  if (!incident) throw new Error(`There is no incident "${name}": expected one of ${[...incidents.keys()].join(', ')}`);
  return incident;
}

/** Lets somebody practise alone: one of them, and nobody knows which. */
export const anyIncident = 'any';

export function pickIncident(): string {
  const names = [...incidents.keys()].filter((name) => name !== 'nothing');
  return names[Math.floor(Math.random() * names.length)] ?? '';
}
