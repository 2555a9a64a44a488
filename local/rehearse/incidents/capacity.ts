import { merged, onResources } from '../../template/change-resources.ts';
import { withLambda, withTemplate } from '../faults.ts';
import type { Incident } from '../incident.ts';

/** Too little of something for the viewers there are. */
export const capacityIncidents = {
  'lambda-throttled': {
    title: 'The Lambda has no concurrency',
    says: 'Its reserved concurrency is 0, as when somebody has taken the resizer offline: every call is refused.',
    minutes: 17,
    faultIn: withLambda({ reservedConcurrency: 0 }),
    pages: ['lambda-throttled', 'fault-burn-fast', 'fault-burn-slow', 'walk-failing'],
    tickets: ['fault-burn-creeping'],
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
    pages: ['api-throttled', 'walk-failing'],
    tickets: [],
    runbook: 'api-throttled',
  },

  'memory-too-small': {
    title: 'The Lambda has too little memory',
    says: 'Somebody has set its memory to 128 MB, which does for small pictures: in the middle of a large one the process is ended.',
    minutes: 15,
    faultIn: withLambda({ memoryMegabytes: 128 }),
    load: { large: 3 },
    // The walker's picture is small.
    pages: ['fault-burn-fast', 'fault-burn-slow'],
    tickets: ['lambda-errors', 'fault-burn-creeping'],
    runbook: 'lambda-errors',
  },
} as const satisfies Record<string, Incident>;
