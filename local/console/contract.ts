/** What the console's server and its page say to each other, as JSON. The page reads these types in its comments. */
import type { AlarmState, MissingData } from '../cloudwatch/alarms/alarm-state.ts';
import type { Widget } from '../cloudwatch/dashboards/dashboard.ts';
import type { LogAnswer } from '../cloudwatch/dashboards/log-queries.ts';
import type { MetricPoints } from '../cloudwatch/dashboards/metric-points.ts';
import type { Switches } from '../switches.ts';

export type { Threshold, Widget } from '../cloudwatch/dashboards/dashboard.ts';
export type { LogAnswer } from '../cloudwatch/dashboards/log-queries.ts';
export type { LogRows } from '../cloudwatch/dashboards/log-rows.ts';
export type { MetricLine, MetricPoints } from '../cloudwatch/dashboards/metric-points.ts';
export type { AlarmState };

export type Place = 'edge' | 'website' | 'api' | 'elsewhere';

/** One thing that happened behind the door that a hop knocked at. */
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
 * the API with the picture itself, `refused` and `fault` end in 4xx and 5xx, `loop` did not end.
 */
export type ViewKind = 'warm' | 'refetched' | 'cold' | 'shortcut' | 'refused' | 'fault' | 'loop';

export interface PictureFacts {
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
  readonly picture: string;
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
  readonly original?: PictureFacts;
  readonly derivative?: PictureFacts;
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

/** What the page needs to know of the chain, beside its pictures. */
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

/** A dashboard of the template, before any data. Its widgets keep their order everywhere. */
export interface DashboardCard {
  readonly name: string;
  readonly fullName: string;
  readonly title: string;
  readonly widgets: readonly Widget[];
}

export type WidgetData =
  | ({ readonly kind: 'metric' } & MetricPoints)
  | LogAnswer
  /** It could be read, but not be evaluated. */
  | { readonly kind: 'problem'; readonly problem: string }
  | { readonly kind: 'none' };

export interface DashboardData {
  /** By the chain's clock, as all times. */
  readonly nowSeconds: number;
  readonly rangeSeconds: number;
  readonly startedSeconds: number;
  readonly widgets: readonly WidgetData[];
  readonly alarms: readonly AlarmCard[];
  readonly rejected: readonly RejectedMetrics[];
}

/** A line of metrics that CloudWatch would not take. */
export interface RejectedMetrics {
  readonly atMilliseconds: number;
  readonly group: string;
  readonly message: string;
  readonly because: string;
}

export interface AlarmCard {
  readonly name: string;
  readonly fullName: string;
  readonly state: AlarmState;
  /** Since when it is in that state; absent: it has never been in another. */
  readonly sinceSeconds?: number;
  readonly severity?: 'page' | 'ticket';
  readonly says: string;
  readonly because?: string;
  readonly runbook?: string;
  /** Of a composite alarm. */
  readonly parts: readonly string[];
}

export interface AlarmDetails extends AlarmCard {
  readonly nowSeconds: number;
  /** In the order of `parts`. */
  readonly partStates: readonly AlarmState[];
  /** Newest first. */
  readonly history: readonly { readonly atSeconds: number; readonly from: AlarmState; readonly to: AlarmState }[];
  /** Of a metric alarm. */
  readonly watched?: WatchedValue;
}

export interface WatchedValue {
  readonly comparison: 'over' | 'at least' | 'under' | 'at most';
  readonly threshold: number;
  /** It is red when so many of so many periods breach. */
  readonly datapoints: number;
  readonly of: number;
  readonly periodSeconds: number;
  readonly missing: MissingData;
  /** The periods that it saw when it was judged last, at a full minute, the oldest first. */
  readonly seen: readonly SeenPeriod[];
  /** The same, and before. */
  readonly points: readonly (readonly [atSeconds: number, value: number])[];
  readonly formula: readonly string[];
}

export interface SeenPeriod {
  readonly atSeconds: number;
  /** Absent: missing. */
  readonly value?: number;
  readonly breaches: boolean;
  /** Whether it is one of those that count: the newest that have a value. */
  readonly counts: boolean;
}

export interface Runbook {
  readonly name: string;
  readonly markdown: string;
}

/** What there is to watch. */
export interface Watched {
  readonly dashboards: readonly DashboardCard[];
  readonly ranges: readonly number[];
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
