import type { MetricQuery } from '../metrics/evaluate-metrics.ts';

/** A dashboard of the template, read and checked ("Dashboard Body Structure and Syntax"). */
export interface Dashboard {
  readonly name: string;
  /** How far back it looks when it is opened. */
  readonly rangeSeconds: number;
  readonly widgets: readonly Widget[];
}

/** Where a widget stands on the grid of 24 columns. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type Widget = Box & (TextWidget | AlarmWidget | LogWidget | MetricWidget | UnreadWidget);

export interface TextWidget {
  readonly kind: 'text';
  readonly markdown: string;
  readonly background: 'solid' | 'transparent';
}

export interface AlarmWidget {
  readonly kind: 'alarms';
  readonly title: string;
  readonly alarms: readonly string[];
}

export interface LogWidget {
  readonly kind: 'log';
  readonly title: string;
  readonly query: string;
}

export interface MetricWidget {
  readonly kind: 'metric';
  readonly title: string;
  readonly view: 'timeSeries' | 'singleValue';
  readonly isStacked: boolean;
  readonly hasSparkline: boolean;
  readonly periodSeconds: number;
  /** One period as long as whatever range is looked at. */
  readonly periodIsRange: boolean;
  /** Shows also the period that is still running. */
  readonly isLive: boolean;
  readonly entries: readonly MetricEntry[];
  readonly axis: Axis;
  readonly thresholds: readonly Threshold[];
}

/** One row of a widget's `metrics`. */
export type MetricEntry = MetricQuery & {
  readonly label: string;
  readonly isVisible: boolean;
  readonly colour?: string;
};

export interface Axis {
  readonly min?: number;
  readonly max?: number;
  readonly label?: string;
}

/** A horizontal annotation. */
export interface Threshold {
  readonly value: number;
  readonly label?: string;
  readonly fill: 'above' | 'below' | 'none';
  readonly colour?: string;
}

/** One that cannot be shown as CloudWatch would. In its place the page says why. */
export interface UnreadWidget {
  readonly kind: 'unread';
  readonly problem: string;
}
