/** What the console's server and its page send to each other, as JSON: the chain, then its dashboards. */
import type { ViewKind } from '../../src/core/view.ts';
import type { AlarmState, MissingData } from '../aws/cloudwatch/alarms/metric-alarm.ts';
import type { Widget } from '../aws/cloudwatch/dashboards/dashboard.ts';
import type { LogAnswer } from '../aws/cloudwatch/dashboards/log-queries.ts';
import type { MetricPoints } from '../aws/cloudwatch/dashboards/metric-points.ts';
import type { RejectedLine } from '../aws/cloudwatch/publish/emf.ts';
import type { Original } from '../chain/buckets.ts';
import type { Change } from '../faults/control.ts';
import type { Choice, Setup, SwitchCard } from '../faults/setup.ts';

export type { Threshold, Widget } from '../aws/cloudwatch/dashboards/dashboard.ts';
export type { LogAnswer, LogRows } from '../aws/cloudwatch/dashboards/log-queries.ts';
export type { MetricPoints } from '../aws/cloudwatch/dashboards/metric-points.ts';
export type { AlarmState, Change, Choice, Original, Setup, SwitchCard, ViewKind };

export type Endpoint = 'edge' | 'website' | 'api';

/** One thing that happened behind the endpoint of a hop. */
export type Step =
  /** The edge's function asks for another URI than the viewer. */
  | { readonly part: 'edge-function'; readonly uri: string }
  | { readonly part: 'website'; readonly status: number }
  | {
      readonly part: 'lambda';
      readonly milliseconds: number;
      /** Present when a new environment was started. */
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
      /** The answer is an injected fault. */
      readonly isFault: boolean;
    };

export interface Hop {
  readonly endpoint: Endpoint;
  /** `browser`: the browser's cache answered, no request was made. */
  readonly from: 'network' | 'browser';
  readonly url: string;
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: number;
  readonly milliseconds: number;
  readonly steps: readonly Step[];
  /** What happened at this hop, for a reader who does not know the chain. */
  readonly description: string;
}

export interface ImageFacts {
  readonly format: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  readonly frames?: number;
}

/** Why a view is a redirect loop, or shows the wrong image. */
export interface Cause {
  /** Of the catalogue in test/chain/rows: `L1`, `W3`. */
  readonly code: string;
  readonly title: string;
  readonly description: string;
  /** The setting that causes it, with its value in this chain. */
  readonly setting: string;
  readonly remedy: string;
}

export interface View {
  /** `GET derivative?view=` returns the bytes of the last hop for a while. */
  readonly id: string;
  /** By the chain's clock, ISO 8601. */
  readonly at: string;
  readonly image: string;
  readonly preset: string;
  readonly setup: Setup;
  /** The scenario that was played to see this. */
  readonly scenario?: string;
  readonly kind: ViewKind;
  readonly title: string;
  readonly description: string;
  readonly hops: readonly Hop[];
  readonly milliseconds: number;
  readonly cause?: Cause;
  /** What an error of the chain says. */
  readonly error?: Failure;
  /** `undrawable`: there is an original, but no browser shows it: HEIC, a damaged file, text. */
  readonly original: ImageFacts | 'missing' | 'undrawable';
  readonly derivative?: ImageFacts;
}

export interface ScenarioCard {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Of the cause that it shows. */
  readonly code: string;
}

/** The running chain, beside its images. */
export interface State {
  readonly edge: string;
  readonly api: string;
  readonly stage: string;
  /** Where viewers reach the API. */
  readonly apiOn: 'image-host' | 'own-host';
  readonly presets: readonly string[];
  readonly setup: Setup;
  readonly initial: Setup;
  /** What differs from the start. `POST reset` returns to it. */
  readonly changes: readonly (Change | ReplacedOriginal)[];
  readonly cachedRedirects: number;
}

export interface ReplacedOriginal {
  readonly id: 'original';
  readonly title: string;
}

/** The answer to every POST and PUT. */
export interface Done {
  readonly state: State;
  /** What was changed, in a sentence. */
  readonly done?: string;
  readonly view?: View;
}

export type PurgeAction = 'replace' | 'delete';

/** What happened since an original was replaced or deleted. */
export interface PurgeTrace {
  readonly action: PurgeAction;
  readonly preset: string;
  readonly image: string;
  /** Whether the template has a purge. */
  readonly isPurged: boolean;
  /** Since the change, by the chain's clock. */
  readonly seconds: number;
  /** In their order. A step that has not happened yet has no time. */
  readonly steps: readonly PurgeStep[];
  readonly caches: readonly CacheTrace[];
}

export interface PurgeStep {
  readonly title: string;
  readonly seconds?: number;
  readonly detail?: string;
}

/** One of the caches, and what it holds of the derivative. */
export interface CacheTrace {
  readonly cache: 'bucket' | 'edge' | 'browser';
  readonly before: HeldImage;
  readonly now: HeldImage;
}

/** `GET held-image?image=` returns its bytes. */
export interface HeldImage {
  readonly is: 'old' | 'new' | 'none';
  readonly image?: string;
}

/** What does not change while the chain runs. */
export interface Catalogue {
  readonly switches: readonly SwitchCard[];
  readonly lambda: readonly Choice[];
  readonly s3: readonly Choice[];
  readonly template: readonly Choice[];
  readonly scenarios: readonly ScenarioCard[];
  readonly maxUploadBytes: number;
}

export interface Images {
  readonly originals: readonly Original[];
  /** One to choose at first: it can be decoded, and its key needs no encoding. */
  readonly first?: string;
}

/** Counted since the console started. */
export interface Numbers {
  /** At the edge: of these the hits, and the redirects. */
  readonly requests: number;
  readonly hits: number;
  readonly redirects: number;
  readonly resizes: number;
  readonly loopSuspects: number;
  readonly raced: number;
  readonly refusals: number;
  readonly faults: number;
}

/** A log line, and what a reader wants of it. */
export interface LogLine {
  readonly at: number;
  readonly group: string;
  readonly kind: 'metrics' | 'report' | 'lifecycle' | 'service' | 'access' | 'edge' | 'text';
  readonly level: 'info' | 'warn' | 'error';
  readonly headline: string;
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly raw: string;
}

/** Sent to every open page. */
export type Message =
  | { readonly kind: 'alarms'; readonly red: number }
  | { readonly kind: 'state'; readonly state: State }
  | { readonly kind: 'numbers'; readonly numbers: Numbers }
  | { readonly kind: 'log'; readonly lines: readonly LogLine[]; readonly leftOut: number };

/** The body of every answer over 399. */
export interface Failure {
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
}

/** A dashboard of the template, without data. `DashboardData.widgets` is in the order of `widgets`. */
export interface DashboardCard {
  readonly name: string;
  readonly fullName: string;
  readonly title: string;
  readonly widgets: readonly Widget[];
}

export type WidgetData =
  | ({ readonly kind: 'metric' } & MetricPoints)
  | LogAnswer
  /** The widget could not be evaluated. */
  | { readonly kind: 'problem'; readonly problem: string }
  | { readonly kind: 'none' };

export interface DashboardData {
  /** By the chain's clock, like every time here. */
  readonly nowSeconds: number;
  readonly rangeSeconds: number;
  readonly startedSeconds: number;
  readonly widgets: readonly WidgetData[];
  /** Metric alarms before composites, so that the first red one is closest to the cause. */
  readonly alarms: readonly AlarmCard[];
  readonly rejected: readonly RejectedLine[];
}

export interface AlarmCard {
  readonly name: string;
  readonly fullName: string;
  readonly state: AlarmState;
  /** Absent: it has never been in another state. */
  readonly sinceSeconds?: number;
  readonly severity?: 'page' | 'ticket';
  readonly description: string;
  /** Why the threshold is what it is. */
  readonly reason?: string;
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
  /** It is red when `datapoints` of `of` periods breach. */
  readonly datapoints: number;
  readonly of: number;
  readonly periodSeconds: number;
  readonly missing: MissingData;
  /** The periods of the last evaluation, the oldest first. */
  readonly seen: readonly SeenPeriod[];
  /** A longer history of the same value. */
  readonly points: readonly (readonly [atSeconds: number, value: number])[];
  readonly formula: readonly string[];
}

interface SeenPeriod {
  readonly atSeconds: number;
  /** Absent: missing. */
  readonly value?: number;
  readonly breaches: boolean;
  /** One of the newest periods that have a value: these decide. */
  readonly counts: boolean;
}

export interface Runbook {
  readonly name: string;
  readonly markdown: string;
}

export interface Dashboards {
  readonly dashboards: readonly DashboardCard[];
  readonly ranges: readonly number[];
}
