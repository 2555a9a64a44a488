import { storesHalves } from '../broken-release.ts';
import { byViewers, slowReads } from '../faults.ts';
import type { Incident } from '../incident.ts';

/** Pictures that come late, broken or not at all. */
export const pictureIncidents = {
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
    says: 'A page links to pictures that nobody has uploaded.',
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
    pages: ['walk-failing'],
    tickets: [],
    runbook: 'walk-failing',
  },
} as const satisfies Record<string, Incident>;
