/** What the console's server and its page say to each other, as JSON. The page reads these types in its comments. */
import type { Switches } from '../chain/switches.ts';

export type Place = 'edge' | 'website' | 'api' | 'elsewhere';

/** One thing that happened behind the endpoint that a hop knocked at. */
export type Step =
  | { readonly part: 'website'; readonly status: number }
  | {
      readonly part: 'lambda';
      readonly milliseconds: number;
      /** Of the init phase: present when a new environment had to start. */
      readonly initMilliseconds?: number;
      readonly megabytes: number;
      readonly status: string;
    }
  | {
      readonly part: 'originals' | 'derivatives';
      readonly operation: string;
      readonly key: string;
      /** 0: no answer. */
      readonly status: number;
      readonly milliseconds: number;
      /** A fault that was asked for. */
      readonly isFault: boolean;
    };

export interface Hop {
  readonly place: Place;
  /** `browser`: no request was made, the browser had kept the answer. */
  readonly from: 'network' | 'browser';
  readonly method: string;
  readonly url: string;
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: number;
  readonly milliseconds: number;
  readonly steps: readonly Step[];
  /** What happened here, for somebody who has never seen the chain. */
  readonly says: string;
}

/**
 * `cold` was made for this view, `refetched` existed but not at this edge, `warm` was a hit, `shortcut` was answered by
 * the API with the image itself, `refused` and `fault` end in 4xx and 5xx, `loop` did not end.
 */
export type ViewKind = 'warm' | 'refetched' | 'cold' | 'shortcut' | 'refused' | 'fault' | 'loop';

export interface ImageFacts {
  readonly format: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  readonly frames?: number;
}

/** Why a viewer is sent round, or why what they see is not what should be there. */
export interface Mechanism {
  readonly id: string;
  readonly name: string;
  readonly sentence: string;
  /** The setting that causes it, with the value that it has here. */
  readonly setting: string;
  readonly remedy: string;
}

/** What an error of the chain says, and what to do about it. */
export interface Advice {
  readonly message: string;
  readonly todo: string;
}

export interface View {
  /** Its bytes are to be had under this name for a while. */
  readonly id: string;
  /** By the chain's clock, ISO 8601. */
  readonly at: string;
  readonly image: string;
  readonly preset: string;
  readonly setup: Setup;
  /** The one that was cooked to see this. */
  readonly recipe?: string;
  readonly kind: ViewKind;
  readonly title: string;
  readonly sentence: string;
  readonly hops: readonly Hop[];
  readonly milliseconds: number;
  readonly mechanism?: Mechanism;
  readonly advice?: Advice;
  readonly original?: ImageFacts;
  readonly derivative?: ImageFacts;
}

export type Browser = 'forgets' | 'keeps-redirects';
export type LambdaMode = 'own' | 'article' | 'exits' | 'throttled';
export type S3Mode = 'works' | 'cut' | 'slow-down' | 'hangs' | 'no-put';
export type TemplateMode =
  | 'own'
  | 'default-ttl-a-day'
  | 'minimum-ttl-a-minute'
  | 'rule-says-302'
  | 'cache-control-on-all'
  | 'rule-on-403'
  | 'wrong-secret';

/** How the chain stands, as opposed to how it was started. Everything in it can be set and taken back. */
export interface Setup {
  readonly browser: Browser;
  readonly lambda: LambdaMode;
  readonly s3: S3Mode;
  readonly template: TemplateMode;
  readonly switches: Switches;
  readonly daysAhead: number;
}

/** Something that is not as it was at the start. */
export interface Change {
  readonly id: string;
  readonly title: string;
}

export interface Choice {
  readonly value: string;
  readonly title: string;
  /** One sentence on what it does. */
  readonly says?: string;
}

export interface Question {
  readonly name: keyof Switches;
  readonly title: string;
  readonly choices: readonly Choice[];
}

export interface RecipeCard {
  readonly name: string;
  readonly title: string;
  readonly says: string;
  readonly mechanism: string;
}

/** What the page needs to know of the chain, beside its images. */
export interface State {
  readonly edge: string;
  readonly api: string;
  readonly stage: string;
  readonly presets: readonly string[];
  readonly setup: Setup;
  readonly healthy: Setup;
  readonly changes: readonly Change[];
  readonly keptRedirects: number;
}

/** What never changes while the chain runs. */
export interface Catalogue {
  readonly questions: readonly Question[];
  readonly lambda: readonly Choice[];
  readonly s3: readonly Choice[];
  readonly template: readonly Choice[];
  readonly recipes: readonly RecipeCard[];
  readonly maxUploadBytes: number;
}

export interface Original {
  readonly key: string;
  readonly bytes: number;
}

/** The live strip, counted since the console started. */
export interface Numbers {
  readonly views: number;
  readonly hits: number;
  readonly redirects: number;
  readonly resizes: number;
  readonly loopSuspects: number;
  readonly raced: number;
  readonly refused: number;
  readonly faults: number;
}

/** A line of a log, read for a person. */
export interface LogLine {
  readonly at: number;
  readonly group: string;
  readonly kind: 'metrics' | 'report' | 'lifecycle' | 'service' | 'access' | 'edge' | 'text';
  readonly level: 'info' | 'warn' | 'error';
  readonly headline: string;
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly raw: string;
}

/** What the page hears without asking. */
export type Message =
  | { readonly kind: 'alarms'; readonly red: number }
  | { readonly kind: 'state'; readonly state: State }
  | { readonly kind: 'numbers'; readonly numbers: Numbers }
  | { readonly kind: 'log'; readonly lines: readonly LogLine[]; readonly leftOut: number };

/** Every answer of the API that is none. */
export interface Failure {
  readonly message: string;
  readonly todo?: string;
}
