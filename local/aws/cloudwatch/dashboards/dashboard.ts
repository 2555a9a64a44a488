import type { MetricQuery } from '../metrics/metric-math.ts';

/** A dashboard of the template ("Dashboard Body Structure and Syntax"). */
export interface Dashboard {
  readonly name: string;
  /** The time range that it shows when it is opened. */
  readonly rangeSeconds: number;
  readonly widgets: readonly Widget[];
}

/** The position of a widget on the grid of 24 columns. */
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

/** A widget that is not supported. The page shows the problem in its place. */
export interface UnreadWidget {
  readonly kind: 'unread';
  readonly problem: string;
}
