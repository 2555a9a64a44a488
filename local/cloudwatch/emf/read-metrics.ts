import type { MetricId } from '../metrics/metric-store.ts';
import { validation } from './broken-line.ts';
import { type EmfDocument, type MetricDirective, readDocument } from './document.ts';

export interface EmfMetric extends MetricId {
  readonly atMilliseconds: number;
  readonly values: readonly number[];
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
 * The metrics of a log line, or `undefined` when it is not one of metrics. A line that breaks any rule throws a
 * `BrokenLine` and gives none: what AWS would keep of it is not documented.
 */
export function readEmfMetrics(line: string, nowMilliseconds: number): readonly EmfMetric[] | undefined {
  const document = readDocument(line);
  if (!document) return undefined;
  const { timestamp } = document;
  if (timestamp < nowMilliseconds - oldestMilliseconds || timestamp > nowMilliseconds + newestMilliseconds) {
    throw validation(
      `Timestamp is ${timestamp}: expected one of the last two weeks, or at most two hours after ${nowMilliseconds}`,
    );
  }
  return document.directives.flatMap((directive) => metricsOf(directive, document));
}

function metricsOf({ namespace, dimensionSets, metrics }: MetricDirective, document: EmfDocument): EmfMetric[] {
  checkName('Namespace', namespace, mostCharacters.namespace);
  if (metrics.length > mostMetrics) {
    throw validation(`${namespace} has ${metrics.length} metrics: expected at most ${mostMetrics}`);
  }
  const sets = dimensionSets.map((keys) => dimensionsOf(keys, document.root));
  return metrics.flatMap(({ name, unit, storageResolution }) => {
    checkName('The name of a metric', name, mostCharacters.metric);
    if (unit !== undefined && !units.has(String(unit))) throw validation(`${name} has the unknown unit ${unit}`);
    if (storageResolution !== undefined && storageResolution !== 1 && storageResolution !== 60) {
      throw validation(`${name} has the StorageResolution ${storageResolution}: expected 1 or 60`);
    }
    const values = valuesOf(name, document.root);
    return sets.map((dimensions) => ({ namespace, name, dimensions, atMilliseconds: document.timestamp, values }));
  });
}

function dimensionsOf(keys: readonly string[], root: EmfDocument['root']): Readonly<Record<string, string>> {
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

function valuesOf(name: string, root: EmfDocument['root']): readonly number[] {
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
