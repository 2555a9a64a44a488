import { byViewers } from '../faults.ts';
import type { Incident } from '../incident.ts';

/** The light load by itself. */
export const noIncident = {
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
