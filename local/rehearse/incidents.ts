import { addressOf } from '../chain/buckets.ts';
import { createBrowserCache } from '../faults/browser-cache.ts';
import type { SetupChange } from '../faults/setup.ts';
import type { Prepared, Rig } from './rig.ts';
import { evening, preset, type Traffic, viewImage } from './traffic.ts';

/** Something that goes wrong, and the alarms that on-call gets for it. */
export interface Incident {
  readonly title: string;
  readonly description: string;
  /** How long it lasts in a rehearsal, by the clock of the chain. */
  readonly minutes: number;
  /** The fault. Absent: the viewers cause the incident. */
  readonly setup?: SetupChange;
  /** Runs while nothing is wrong yet, for incidents that begin long before they hurt. */
  readonly prepare?: (rig: Rig) => Promise<Prepared>;
  /** How traffic differs from that of other days. */
  readonly traffic?: Partial<Traffic>;
  /** Every alarm that turns red, but for the composite of the pages. */
  readonly pages: readonly string[];
  readonly tickets: readonly string[];
  /** The one of these whose runbook leads to the cause. Absent: nothing is wrong. */
  readonly cause?: string;
  /** Where the API is, if not on the image host. */
  readonly apiOn?: 'own-host';
}

/** In the order of docs/alarms.md: redirects, access, capacity, images, purge. */
const table = {
  nothing: {
    title: 'Nothing is wrong',
    description: 'The traffic of a usual day.',
    minutes: 20,
    pages: [],
    tickets: [],
  },
  'redirect-loop': {
    title: 'The edge caches redirects',
    description:
      'DefaultTTL is a day, and CloudFront caches the 307 of each first view: every later viewer is redirected to the Lambda for a derivative that exists.',
    minutes: 17,
    setup: { template: 'default-ttl-day', switches: { redirectCaching: 'legacy' } },
    pages: ['cached-redirects', 'redirect-loop', 'canary-failing'],
    tickets: ['loop-suspects'],
    cause: 'cached-redirects',
  },
  'lost-redirects': {
    title: 'Browsers cached a 301',
    description:
      'A release of months ago sent 301 without Cache-Control. Its derivatives have expired, and the browsers that cached those redirects loop without the Lambda.',
    minutes: 32,
    prepare: cacheRedirects,
    // Half an hour of more would take long.
    traffic: evening,
    pages: [],
    tickets: ['lost-redirects'],
    cause: 'lost-redirects',
  },
  'key-encoding': {
    title: 'Keys are decoded another way than they are encoded',
    description:
      'The API is on its own host. S3 writes a space in Location as a plus, and the Lambda decodes the key twice: every key with a space is not found.',
    minutes: 18,
    apiOn: 'own-host',
    setup: { switches: { locationEncoding: 'form' } },
    pages: ['canary-failing'],
    tickets: ['missing-originals'],
    cause: 'canary-failing',
  },
  'secret-drift': {
    title: 'The secrets of CloudFront and the bucket differ',
    description:
      'CloudFront sends another Referer than the bucket policy expects: every image that the edge does not have is a 403.',
    minutes: 17,
    setup: { template: 'wrong-secret' },
    pages: ['edge-forbidden', 'canary-failing'],
    tickets: [],
    cause: 'edge-forbidden',
  },
  'rules-lost': {
    title: 'The routing rules are lost',
    description:
      'The website answers 404 for every derivative that does not exist yet, and redirects nobody to the API.',
    minutes: 17,
    setup: { template: 'no-rules' },
    pages: ['routing-rules-lost', 'canary-failing'],
    tickets: [],
    cause: 'routing-rules-lost',
  },
  'originals-forbidden': {
    title: 'The Lambda may not read originals',
    description:
      'S3 refuses the reads of the Lambda, as after a change of its role, the bucket policy or the KMS key: no derivative can be made.',
    minutes: 17,
    setup: { s3: 'get-denied' },
    pages: ['error-budget-burn-fast', 'error-budget-burn-slow', 'canary-failing'],
    tickets: ['error-budget-burn-creeping'],
    cause: 'error-budget-burn-fast',
  },
  'hit-rate-collapse': {
    title: 'The edge caches nothing',
    description: 'MaxTTL is 0: CloudFront asks the website for every image, whatever its Cache-Control says.',
    minutes: 30,
    setup: { template: 'max-ttl-zero' },
    // Half an hour of more would take long.
    traffic: evening,
    pages: [],
    tickets: ['hit-rate'],
    cause: 'hit-rate',
  },
  'lambda-throttled': {
    title: 'The Lambda has no concurrency',
    description: 'Its reserved concurrency is 0: every call is refused.',
    minutes: 17,
    setup: { lambda: 'throttled' },
    pages: ['lambda-throttled', 'error-budget-burn-fast', 'error-budget-burn-slow', 'canary-failing'],
    tickets: ['error-budget-burn-creeping'],
    cause: 'lambda-throttled',
  },
  'api-throttled': {
    title: 'The throttle of the API is too low',
    description: 'The stage lets through about one call a minute and answers the others with 429.',
    minutes: 17,
    setup: { template: 'api-throttle-low' },
    pages: ['api-throttled', 'canary-failing'],
    tickets: [],
    cause: 'api-throttled',
  },
  'memory-too-small': {
    title: 'The Lambda has too little memory',
    description: '128 MB are enough for small images. The process is killed in the middle of a large one.',
    minutes: 15,
    setup: { lambda: 'too-little-memory' },
    traffic: { large: 3 },
    // The canary's image is small.
    pages: ['error-budget-burn-fast', 'error-budget-burn-slow'],
    tickets: ['lambda-errors', 'error-budget-burn-creeping'],
    cause: 'lambda-errors',
  },
  's3-slow': {
    title: 'S3 is slow',
    description:
      'Every read of an original takes one and a half seconds longer: the first attempt is given up, and the second one succeeds.',
    minutes: 9,
    setup: { s3: 'slow' },
    // Over the twenty calls a minute that the alarm needs, with some to spare.
    traffic: { fresh: 24 },
    pages: [],
    tickets: ['cold-latency'],
    cause: 'cold-latency',
  },
  'missing-keys': {
    title: 'Many requests for missing originals',
    description: 'A page links to images that nobody has uploaded.',
    minutes: 18,
    traffic: { missing: 30 },
    pages: [],
    tickets: ['missing-originals'],
    cause: 'missing-originals',
  },
  'broken-derivatives': {
    title: 'A release stores broken derivatives',
    description: 'Every new derivative is cut in the middle, then stored and redirected to as if it were complete.',
    minutes: 17,
    setup: { lambda: 'stores-halves' },
    pages: ['canary-failing'],
    tickets: [],
    cause: 'canary-failing',
  },
  'purge-stuck': {
    title: 'Replaced and deleted originals are not purged',
    description:
      'The purge may not list the versions of originals, as after a change of its role: every event fails and is tried again.',
    minutes: 17,
    setup: { s3: 'versions-denied' },
    pages: ['purge-stuck'],
    tickets: ['purge-failing'],
    cause: 'purge-stuck',
  },
} as const satisfies Record<string, Incident>;

export const incidents: ReadonlyMap<string, Incident> = new Map(Object.entries(table));

/** One that the Lambda counts, one that only the edge sees, and one that the edge itself refuses. */
export const quickIncidents: readonly (keyof typeof table)[] = ['redirect-loop', 'lost-redirects', 'secret-drift'];

/** For practice without knowing the fault. */
export const anyIncident = 'any';

export function findIncident(name: string): Incident {
  const incident = incidents.get(name);
  if (!incident) throw new Error(`INCIDENT is "${name}": expected one of ${[...incidents.keys()].join(', ')}`);
  return incident;
}

const keys = Array.from({ length: 12 }, (_, index) => `long-ago/${index}.jpg`);
const viewsPerMinute = 2;
const dayMilliseconds = 24 * 60 * 60 * 1000;
const maxDays = 3650;

/**
 * Prepares browsers that cached the 301 of a Lambda without Cache-Control. The clock goes on until the derivatives have
 * expired by the bucket's own rule; in the incident the browsers come back.
 */
async function cacheRedirects({ chain, control, upload }: Rig): Promise<Prepared> {
  const cache = createBrowserCache(chain.clock);
  const urls = keys.map((key) => addressOf(chain.edge.address, preset, key));
  await upload(keys, 'small');
  await control.set({ lambda: 'always-redirects' });
  await Promise.all(urls.map((url) => viewImage(url, cache)));
  await control.reset();

  let expired = 0;
  for (let days = 0; expired < keys.length; days += 1) {
    if (days === maxDays) throw new Error(`No derivative expired within ${days} days: expected a lifecycle rule`);
    chain.clock.advance(dayMilliseconds);
    expired += await chain.expire();
  }

  let views = 0;
  return {
    async everyMinute() {
      const some = Array.from({ length: viewsPerMinute }, (_, index) => urls[(views + index) % urls.length] ?? '');
      views += viewsPerMinute;
      await Promise.all(some.map((url) => viewImage(url, cache)));
    },
    // As the runbook says: a viewer without a cached redirect has the derivative made, for everybody.
    async repair() {
      await Promise.all(urls.map((url) => viewImage(url)));
    },
  };
}
