import { Properties } from '../../template/properties.ts';
import { isRecord } from '../../template/template.ts';
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

/** Settings of the widget that hold for all its metrics. */
interface Defaults {
  readonly periodSeconds: number;
  readonly statistic: string;
  readonly region: string;
}

/** The rows of `metrics`: `[namespace, name, dimension, value, …, { options }]`, or `[{ expression, … }]`. */
export function readEntries(widget: Properties, defaults: Defaults): readonly MetricEntry[] {
  const rows = widget.value('metrics');
  if (!Array.isArray(rows) || rows.length === 0) throw widget.refusal('metrics', 'a list of metrics');
  const ids = new Set<string>();
  return rows.map((row: unknown, index) => {
    const path = `${widget.path}.metrics.${index}`;
    const refuse = (expected: string) =>
      new Error(`${widget.logicalId}: ${path} is ${JSON.stringify(row)}: expected ${expected}`);
    if (!Array.isArray(row)) throw refuse('a list');
    const last: unknown = row.at(-1);
    const hasOptions = isRecord(last);
    const options = new Properties(widget.logicalId, hasOptions ? last : {}, `${path}.${row.length - 1}`);
    const words = hasOptions ? row.slice(0, -1) : row;
    const common = readCommon(options, `entry${index}`, defaults);
    if (ids.has(common.id)) throw options.refusal('id', 'an id that no other row has');
    ids.add(common.id);
    if (words.length === 0) return { ...common, ...readExpression(options) };
    const texts = words.filter((word): word is string => typeof word === 'string' && !/^\.+$/.test(word));
    if (texts.length < words.length) throw refuse('texts without the abbreviations "." and "..."');
    const entry = readMetric(texts, options, defaults);
    if (!entry) throw refuse('a namespace, a name, and pairs of a dimension and its value');
    return { ...common, ...entry };
  });
}

function readCommon(options: Properties, id: string, { periodSeconds, region }: Defaults) {
  // Charts have one axis, one region and one period.
  options.oneOf('yAxis', ['left'], 'left');
  options.oneOf('region', [region], region);
  if (options.number('period', periodSeconds) !== periodSeconds) {
    throw options.refusal('period', `${periodSeconds}, the period of the widget`);
  }
  return {
    id: options.text('id', id),
    isVisible: options.flag('visible', true),
    ...(options.has('color') && { colour: readColour(options) }),
  };
}

const commonNames = ['id', 'visible', 'label', 'color', 'region', 'period', 'yAxis'];

function readExpression(options: Properties) {
  refuseUnknown(options, [...commonNames, 'expression']);
  const expression = options.text('expression');
  return { label: labelOf(options, options.text('id', expression)), expression };
}

function readMetric([namespace, name, ...pairs]: readonly string[], options: Properties, { statistic }: Defaults) {
  refuseUnknown(options, [...commonNames, 'stat']);
  if (namespace === undefined || name === undefined || pairs.length % 2 === 1) return undefined;
  const dimensions = Object.fromEntries(
    pairs.flatMap((word, at) => (at % 2 === 0 ? [[word, pairs[at + 1] ?? ''] as const] : [])),
  );
  return {
    label: labelOf(options, name),
    metric: { namespace, name, dimensions },
    statistic: options.text('stat', statistic),
  };
}

function labelOf(options: Properties, fallback: string): string {
  const label = options.text('label', fallback);
  if (label.includes('${')) throw options.refusal('label', 'a text without variables');
  return label;
}

/** Refuses properties that are not supported, by name. */
export function refuseUnknown(properties: Properties, known: readonly string[]): void {
  const unknown = properties.names().find((name) => !known.includes(name));
  if (unknown !== undefined) throw properties.refusal(unknown, `no such property: ${known.join(', ')} are supported`);
}

export function readColour(from: Properties): string {
  const colour = from.text('color');
  if (!/^#[0-9a-f]{6}$/i.test(colour)) throw from.refusal('color', '# and six hexadecimal digits, such as #d13212');
  return colour;
}
