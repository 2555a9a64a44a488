/** What is asked for, as data: one row for each file of `scenarios/`. */

/** Kinds of views whose numbers are kept apart; each must have been seen, or the run says nothing. */
export type ViewKind = 'cold' | 'warm' | 'herd' | 'hostile' | 'torture' | 'replaced' | 'direct';

export interface Scenario {
  readonly says: string;
  readonly kinds: readonly ViewKind[];
  /** Views a second at the multiple 1. */
  readonly perSecond: {
    /** On this machine, which is shared. */
    readonly loopback: number;
    /** On AWS: as a part of the calls a second that the API lets through. */
    readonly ofApiRate: number;
  };
  /** Calls of the API and requests in all, for one view at most. */
  readonly apiCalls: number;
  readonly requests: number;
  /** Views open at the same time, by how long one may take. */
  readonly secondsEach: number;
  /** Images that the viewers draw from; 0: each view has one of its own. */
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
    says: 'images that the edge holds, the popular ones more often',
    kinds: ['warm'],
    perSecond: { loopback: 20, ofApiRate: 5 },
    apiCalls: 0,
    requests: 1,
    secondsEach: 1,
    catalogue: 40,
  },
  mixed: {
    says: 'a catalogue that nobody has looked at yet, the popular images more often, and some who ask for what there is not',
    kinds: ['cold', 'warm', 'hostile'],
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
  hostile: {
    says: 'unlisted sizes, malformed keys, files that are no images, and names that no URL likes',
    kinds: ['hostile', 'torture'],
    perSecond: { loopback: 10, ofApiRate: 0.5 },
    apiCalls: 1,
    requests: 3,
    secondsEach: 4,
    catalogue: 0,
  },
  replaced: {
    says: 'originals are replaced while they are looked at',
    kinds: ['replaced', 'direct'],
    perSecond: { loopback: 2, ofApiRate: 0.2 },
    apiCalls: 4,
    requests: 9,
    secondsEach: 8,
    catalogue: 0,
  },
  soak: {
    says: 'as mixed, for long, the end compared with the beginning',
    kinds: ['cold', 'warm', 'hostile'],
    perSecond: { loopback: 6, ofApiRate: 1 },
    apiCalls: 1,
    requests: 3,
    secondsEach: 3,
    catalogue: 400,
  },
} as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof scenarios;
export const scenarioNames = Object.keys(scenarios) as ScenarioName[];

/** What a release has to pass, in this order. */
export const gate: readonly ScenarioName[] = ['cold-miss', 'warm-hit', 'mixed', 'hostile'];

/** In `mixed`, every so many views one is for what there is not. */
export const hostileEvery = 20;

/** In `hostile`, every so many views one is for an image whose name no URL likes, and must succeed. */
export const tortureEvery = 3;
