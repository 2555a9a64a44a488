import type { LogLine } from '../../logs.ts';
import { isRecord } from '../../template/template.ts';
import type { MetricId } from '../metrics/metric-store.ts';
import type { Publisher, Put } from './publisher.ts';

export interface EmfMetric extends MetricId {
  readonly atMilliseconds: number;
  readonly values: readonly number[];
}

/** A metrics line that CloudWatch rejects. */
export interface RejectedLine extends LogLine {
  readonly group: string;
  /** The rule that it breaks, in words. */
  readonly because: string;
}

/** Publishes the metrics in the lines of every log group. Invalid lines are counted in `AWS/Logs`. */
export function publishEmbedded(put: Put, onRejected: (line: RejectedLine) => void): Publisher {
  return {
    onEvent(event) {
      if (event.kind !== 'log') return;
      const { at, group, line } = event;
      try {
        for (const { atMilliseconds, values, ...id } of readEmfMetrics(line, at) ?? []) {
          for (const value of values) {
            put('embeddedMetrics', { ...id, atSeconds: atMilliseconds / 1000, value }, at / 1000);
          }
        }
      } catch (error) {
        if (!(error instanceof EmfError)) throw error;
        const name = error.kind === 'parsing' ? 'EMFParsingErrors' : 'EMFValidationErrors';
        const dimensions = { LogGroupName: group };
        put('logs', { namespace: 'AWS/Logs', name, dimensions, atSeconds: at / 1000, value: 1 });
        onRejected({ atMilliseconds: at, message: line, group, because: error.message });
      }
    },
  };
}

/* "Specification: Embedded metric format" and MetricDatum. */
const mostMetrics = 100;
const mostDimensions = 30;
const mostValues = 100;
const mostCharacters = { namespace: 255, metric: 255, dimension: 255, dimensionValue: 1024 };
const oldestMilliseconds = 14 * 24 * 60 * 60 * 1000;
const newestMilliseconds = 2 * 60 * 60 * 1000;

const amounts = ['Bytes', 'Kilobytes', 'Megabytes', 'Gigabytes', 'Terabytes'];
const bits = ['Bits', 'Kilobits', 'Megabits', 'Gigabits', 'Terabits'];
const rates = [...amounts, ...bits, 'Count'].map((unit) => `${unit}/Second`);
const units = new Set([
  ...['Seconds', 'Microseconds', 'Milliseconds', 'Percent', 'Count', 'None'],
  ...[...amounts, ...bits, ...rates],
]);

/**
 * The metrics of a log line, or `undefined` when it is not in the embedded metric format. A line that breaks a rule throws
 * an `EmfError` and has no metrics: what AWS would keep of it is not documented.
 */
export function readEmfMetrics(line: string, nowMilliseconds: number): readonly EmfMetric[] | undefined {
  const root = readRoot(line);
  if (!root) return undefined;
  const { _aws: metadata } = root;
  if (!isRecord(metadata)) throw parsing('_aws is not an object');
  const { CloudWatchMetrics: list, Timestamp } = metadata;
  if (!Array.isArray(list)) throw parsing('_aws.CloudWatchMetrics is not a list');
  if (!Number.isInteger(Timestamp)) throw parsing('_aws.Timestamp is not a whole number of milliseconds');
  const atMilliseconds = Number(Timestamp);
  const directives = list.map(readDirective);
  if (atMilliseconds < nowMilliseconds - oldestMilliseconds || atMilliseconds > nowMilliseconds + newestMilliseconds) {
    throw validation(
      `Timestamp is ${atMilliseconds}: expected at most two weeks before or two hours after ${nowMilliseconds}`,
    );
  }
  return directives.flatMap((directive) => metricsOf(directive, root).map((metric) => ({ ...metric, atMilliseconds })));
}

/** The values of dimensions and metrics, in the root of the document. */
type Root = Readonly<Record<string, unknown>>;

function metricsOf({ namespace, dimensionSets, metrics }: ReturnType<typeof readDirective>, root: Root) {
  checkName('Namespace', namespace, mostCharacters.namespace);
  if (metrics.length > mostMetrics) {
    throw validation(`${namespace} has ${metrics.length} metrics: expected at most ${mostMetrics}`);
  }
  const sets = dimensionSets.map((keys) => dimensionsOf(keys, root));
  return metrics.flatMap(({ name, unit, storageResolution }) => {
    checkName('The name of a metric', name, mostCharacters.metric);
    if (unit !== undefined && !units.has(String(unit))) throw validation(`${name} has the unknown unit ${unit}`);
    if (storageResolution !== undefined && storageResolution !== 1 && storageResolution !== 60) {
      throw validation(`${name} has the StorageResolution ${storageResolution}: expected 1 or 60`);
    }
    const values = valuesOf(name, root);
    return sets.map((dimensions) => ({ namespace, name, dimensions, values }));
  });
}

function dimensionsOf(keys: readonly string[], root: Root): Readonly<Record<string, string>> {
  if (keys.length > mostDimensions) {
    throw validation(`A set has ${keys.length} dimensions: expected at most ${mostDimensions}`);
  }
  return Object.fromEntries(
    keys.map((key) => {
      checkName('The name of a dimension', key, mostCharacters.dimension);
      const value = Object.hasOwn(root, key) ? root[key] : undefined;
      if (typeof value !== 'string') throw validation(`The dimension ${key} is ${shown(value)}: expected a text`);
      checkName(`The dimension ${key}`, value, mostCharacters.dimensionValue);
      return [key, value];
    }),
  );
}

function valuesOf(name: string, root: Root): readonly number[] {
  const target = Object.hasOwn(root, name) ? root[name] : undefined;
  const values: readonly unknown[] = Array.isArray(target) ? target : [target];
  if (values.length > mostValues) {
    throw validation(`${name} has ${values.length} values: expected at most ${mostValues}`);
  }
  if (values.every((value) => typeof value === 'number')) return values;
  throw validation(`${name} is ${shown(target)}: expected a number or a list of numbers`);
}

function checkName(what: string, name: string, most: number): void {
  if (name.trim() !== '' && name.length <= most) return;
  throw validation(`${what} has ${name.length} characters: expected 1 to ${most}`);
}

function shown(value: unknown): string {
  return value === undefined ? 'not there' : JSON.stringify(value).slice(0, 60);
}

/** An error in a metrics line. CloudWatch counts the two kinds separately. */
export class EmfError extends Error {
  override readonly name = 'EmfError';
  /** `parsing`: the line does not have the structure of EMF. `validation`: it defines an invalid metric. */
  readonly kind: 'parsing' | 'validation';

  constructor(kind: 'parsing' | 'validation', because: string) {
    super(because);
    this.kind = kind;
  }
}

const parsing = (because: string) => new EmfError('parsing', because);
const validation = (because: string) => new EmfError('validation', because);

/** "CloudWatch Logs quotas": one event. */
const maxBytes = 1_048_576;

/** The document of a line; `undefined` when it is not in the embedded metric format. */
function readRoot(line: string): Root | undefined {
  const text = withoutPrefix(line);
  if (!text.includes('"_aws"')) return undefined;
  if (Buffer.byteLength(text) > maxBytes) throw parsing(`The line has more than ${maxBytes} bytes`);
  const root = parsed(text);
  if (root) return Object.hasOwn(root, '_aws') ? root : undefined;
  if (text.includes('"CloudWatchMetrics"')) throw parsing('The line is not one JSON object');
  return undefined;
}

/** Time, request id and level may stand before the document. */
function withoutPrefix(line: string): string {
  return line.replace(/^[^\t{]+\t[^\t{]+\t[A-Z]+\t(?=\{)/, '');
}

function parsed(text: string): Root | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function readDirective(directive: unknown) {
  if (!isRecord(directive)) throw parsing('A member of CloudWatchMetrics is not an object');
  const { Namespace: namespace, Dimensions: sets, Metrics: metrics } = directive;
  if (typeof namespace !== 'string') throw parsing('Namespace is not a text');
  if (!Array.isArray(sets) || sets.length === 0) throw parsing('Dimensions is not a list of at least one list');
  if (!Array.isArray(metrics)) throw parsing('Metrics is not a list');
  return {
    namespace,
    dimensionSets: sets.map((set): readonly string[] => {
      if (Array.isArray(set) && set.every((key) => typeof key === 'string')) return set;
      throw parsing('A member of Dimensions is not a list of texts');
    }),
    metrics: metrics.map((metric) => {
      if (!isRecord(metric) || typeof metric.Name !== 'string') throw parsing('A member of Metrics has no Name');
      return { name: metric.Name, unit: metric.Unit, storageResolution: metric.StorageResolution };
    }),
  };
}
