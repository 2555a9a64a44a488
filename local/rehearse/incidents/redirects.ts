import { setUp } from '../faults.ts';
import type { Incident } from '../incident.ts';
import { keptRedirects } from '../kept-redirects.ts';
import { evening } from '../load.ts';

/** Viewers who are sent round, or to the wrong place. */
export const redirectIncidents = {
  'redirect-loop': {
    title: 'The edge keeps redirects',
    says: 'DefaultTTL is a day, and CloudFront keeps the 307 of each first view: everybody after that is sent to the Lambda for a picture that exists.',
    minutes: 17,
    faultIn: setUp(({ switches }) => ({
      template: 'default-ttl-a-day',
      switches: { ...switches, redirectCaching: 'legacy' },
    })),
    pages: ['redirect-loop', 'walk-failing'],
    tickets: ['loop-suspects'],
    runbook: 'redirect-loop',
  },

  'ghost-redirects': {
    title: 'Browsers keep a bare 301',
    says: 'A release of months ago sent 301 without Cache-Control. Its derivatives have expired, and the browsers that kept those redirects go round by themselves: the Lambda sees nothing of it.',
    minutes: 32,
    faultIn: keptRedirects,
    // Half an hour takes long enough.
    load: evening,
    pages: [],
    tickets: ['ghost-redirects'],
    runbook: 'ghost-redirects',
  },

  'key-encoding': {
    title: 'Keys are written otherwise than they are read',
    says: 'S3 encodes the key in Location twice, and the Lambda decodes it once: every picture whose name has a space, a plus or an accent is looked for under another name.',
    minutes: 18,
    faultIn: setUp(({ switches }) => ({ switches: { ...switches, locationEncoding: 'twice' } })),
    pages: ['walk-failing'],
    tickets: ['missing-originals'],
    runbook: 'walk-failing',
  },
} as const satisfies Record<string, Incident>;
