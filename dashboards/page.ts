import type { RunbookName } from './alarm.ts';
import type { Value } from './metrics/series.ts';
import type { QueryName } from './queries.ts';

export type PageName = 'health' | 'who-and-where' | 'capacity-and-cost';

export interface Page {
  readonly name: PageName;
  readonly title: string;
  /** How to read it, in two or three sentences. */
  readonly intro: string;
  /** A row's text is at its left, so that more rows fit a screen, or above it, where tables need the width. */
  readonly texts: 'beside' | 'above';
  readonly rows: readonly Row[];
}

/** A question and the panels that answer it, in 24 columns, or in 18 where the text is beside them. */
export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
  /** What to open when it looks bad. */
  readonly runbooks: readonly RunbookName[];
}

interface PanelBase {
  readonly title: string;
  /** What it looks like when something is wrong. */
  readonly bad: string;
  readonly width: number;
}

export interface Line {
  readonly label: string;
  readonly value: Value;
}

/** The limit of good values. Drawn as a line, and part of the title of a number. */
export interface Objective {
  readonly value: number;
  readonly bad: 'above' | 'below';
}

/** Every value is at least 0, and a percentage at most 100. */
export type Axis = '%' | 'count' | 'ms' | 'MB' | 's' | '$' | 'bytes';

export interface GraphPanel extends PanelBase {
  readonly kind: 'graph';
  readonly lines: readonly Line[];
  readonly axis: Axis;
  readonly objective?: Objective;
  readonly stacked?: boolean;
  /** Default: a minute. */
  readonly periodSeconds?: number;
}

export interface NumberPanel extends PanelBase {
  readonly kind: 'number';
  readonly lines: readonly Line[];
  /** Where it is a percentage, the title says so: a number shows no unit. */
  readonly axis: Axis;
  readonly objective?: Objective;
  readonly periodSeconds: number;
}

/** The current state of every alarm. */
export interface AlarmsPanel extends PanelBase {
  readonly kind: 'alarms';
}

/** The result table of a Logs Insights query. Each refresh is charged by the bytes that it reads. */
export interface LogPanel extends PanelBase {
  readonly kind: 'log';
  readonly query: QueryName;
}

export type Panel = GraphPanel | NumberPanel | AlarmsPanel | LogPanel;
