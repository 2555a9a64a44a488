/** What the console's server and its dashboards say to each other, as JSON. */
import type { AlarmState, MissingData } from '../aws/cloudwatch/alarms/alarm-state.ts';
import type { Widget } from '../aws/cloudwatch/dashboards/dashboard.ts';
import type { LogAnswer } from '../aws/cloudwatch/dashboards/log-queries.ts';
import type { MetricPoints } from '../aws/cloudwatch/dashboards/metric-points.ts';
import type { RejectedLine } from '../aws/cloudwatch/publish/emf.ts';

export type { Threshold, Widget } from '../aws/cloudwatch/dashboards/dashboard.ts';
export type { LogAnswer } from '../aws/cloudwatch/dashboards/log-queries.ts';
export type { LogRows } from '../aws/cloudwatch/dashboards/log-rows.ts';
export type { MetricPoints } from '../aws/cloudwatch/dashboards/metric-points.ts';
export type { AlarmState };

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
  readonly rejected: readonly RejectedLine[];
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
