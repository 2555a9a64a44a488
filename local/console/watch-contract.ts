/** What the console's server and its dashboards send to each other, as JSON. */
import type { AlarmState, MissingData } from '../aws/cloudwatch/alarms/metric-alarm.ts';
import type { Widget } from '../aws/cloudwatch/dashboards/dashboard.ts';
import type { LogAnswer } from '../aws/cloudwatch/dashboards/log-queries.ts';
import type { MetricPoints } from '../aws/cloudwatch/dashboards/metric-points.ts';
import type { RejectedLine } from '../aws/cloudwatch/publish/emf.ts';

export type { Threshold, Widget } from '../aws/cloudwatch/dashboards/dashboard.ts';
export type { LogAnswer, LogRows } from '../aws/cloudwatch/dashboards/log-queries.ts';
export type { MetricPoints } from '../aws/cloudwatch/dashboards/metric-points.ts';
export type { AlarmState };

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

export interface SeenPeriod {
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
