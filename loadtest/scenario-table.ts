/** The scenarios as data: one row for each file of `scenarios/`. */

/** Kinds of views that are measured separately. A run fails when too few views of one kind took place. */
export type ViewKind = 'cold' | 'warm' | 'herd' | 'invalid' | 'odd-key' | 'replaced';

export interface Scenario {
  readonly says: string;
  readonly kinds: readonly ViewKind[];
  /** Views a second at a multiple of 1. */
  readonly perSecond: {
    /** On this machine. */
    readonly loopback: number;
    /** On AWS: as a multiple of `config.capacity.apiRate`. */
    readonly ofApiRate: number;
  };
  /** At most, for one view: calls of the API, and requests in total. */
  readonly apiCalls: number;
  readonly requests: number;
  /** How long one view may take; it decides how many virtual users are needed. */
  readonly secondsEach: number;
  /** Images that viewers draw from; 0: each view has its own. */
  readonly catalogue: number;
}

export const scenarios = {
  'cold-miss': {
    says: 'each image is asked for once: 307, 301, 200',
    kinds: ['cold'],
    perSecond: { loopback: 2, ofApiRate: 0.5 },
    apiCalls: 1,
    requests: 3,
    secondsEach: 6,
    catalogue: 0,
  },
  'warm-hit': {
    says: 'images that the edge holds, popular ones more often',
    kinds: ['warm'],
    perSecond: { loopback: 20, ofApiRate: 5 },
    apiCalls: 0,
    requests: 1,
    secondsEach: 1,
    catalogue: 40,
  },
  mixed: {
    says: 'a catalogue that is cold at first, popular images more often, and some invalid requests',
    kinds: ['cold', 'warm', 'invalid'],
    perSecond: { loopback: 8, ofApiRate: 1 },
    apiCalls: 1,
    requests: 3,
    secondsEach: 3,
    catalogue: 120,
  },
  herd: {
    says: 'many viewers ask for one new image at the same moment',
    kinds: ['herd'],
    perSecond: { loopback: 0, ofApiRate: 0 },
    apiCalls: 1,
    requests: 3,
    secondsEach: 30,
    catalogue: 0,
  },
  invalid: {
    says: 'unlisted sizes, malformed keys, files that are no images; and valid images with odd names',
    kinds: ['invalid', 'odd-key'],
    perSecond: { loopback: 10, ofApiRate: 0.5 },
    apiCalls: 1,
    requests: 3,
    secondsEach: 4,
    catalogue: 0,
  },
  replaced: {
    says: 'originals are replaced after they were viewed, and the new image must show in time',
    kinds: ['replaced'],
    perSecond: { loopback: 1, ofApiRate: 0.05 },
    apiCalls: 2,
    requests: 40,
    secondsEach: 45,
    catalogue: 0,
  },
  soak: {
    says: 'as mixed, but long: the end is compared with the beginning',
    kinds: ['cold', 'warm', 'invalid'],
    perSecond: { loopback: 6, ofApiRate: 1 },
    apiCalls: 1,
    requests: 3,
    secondsEach: 3,
    catalogue: 400,
  },
} as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof scenarios;
export const scenarioNames = Object.keys(scenarios) as ScenarioName[];

export const isMixed = (scenario: ScenarioName) => scenario === 'mixed' || scenario === 'soak';

/** The scenarios that a release has to pass, in this order. */
export const gate: readonly ScenarioName[] = ['cold-miss', 'warm-hit', 'mixed', 'invalid'];

/** In `mixed` and `soak`, one of so many views is an invalid request. */
export const invalidEvery = 20;

/** In `invalid`, one of so many views is for a valid image with an odd name, and must succeed. */
export const oddKeyEvery = 3;

/** In `replaced`, seconds after which every view must show the new image: both passes of the purge are over. */
export const freshWithinSeconds = 35;
