import { isRecord } from '../../properties.ts';
import { parsing } from './broken-line.ts';

export interface MetricDirective {
  readonly namespace: string;
  readonly dimensionSets: readonly (readonly string[])[];
  readonly metrics: readonly { readonly name: string; readonly unit: unknown; readonly storageResolution: unknown }[];
}

/** A line of metrics whose structure is right; whether its metrics are valid is another question. */
export interface EmfDocument {
  readonly timestamp: number;
  readonly directives: readonly MetricDirective[];
  /** Where dimensions and metrics have their values. */
  readonly root: Readonly<Record<string, unknown>>;
}

/** "CloudWatch Logs quotas": one event. */
const maxBytes = 1_048_576;

/** `undefined`: the line does not say that it is one of metrics. Throws a `BrokenLine` of parsing. */
export function readDocument(line: string): EmfDocument | undefined {
  const text = withoutPrefix(line);
  if (!text.includes('"_aws"')) return undefined;
  if (Buffer.byteLength(text) > maxBytes) throw parsing(`The line has more than ${maxBytes} bytes`);
  const root = parsed(text);
  if (root === undefined) {
    if (text.includes('"CloudWatchMetrics"')) throw parsing('The line is not one JSON object');
    return undefined;
  }
  if (!Object.hasOwn(root, '_aws')) return undefined;
  const { _aws: metadata } = root;
  if (!isRecord(metadata)) throw parsing('_aws is not an object');
  const { CloudWatchMetrics: directives, Timestamp: timestamp } = metadata;
  if (!Array.isArray(directives)) throw parsing('_aws.CloudWatchMetrics is not a list');
  if (!Number.isInteger(timestamp)) throw parsing('_aws.Timestamp is not a whole number of milliseconds');
  return { timestamp: Number(timestamp), directives: directives.map(readDirective), root };
}

/** Lambda may put time, request and level before what the function writes; the document may stand after them. */
function withoutPrefix(line: string): string {
  return line.replace(/^[^\t{]+\t[^\t{]+\t[A-Z]+\t(?=\{)/, '');
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function readDirective(directive: unknown): MetricDirective {
  if (!isRecord(directive)) throw parsing('A member of CloudWatchMetrics is not an object');
  const { Namespace: namespace, Dimensions: sets, Metrics: metrics } = directive;
  if (typeof namespace !== 'string') throw parsing('Namespace is not a text');
  if (!Array.isArray(sets) || sets.length === 0) throw parsing('Dimensions is not a list of at least one list');
  if (!Array.isArray(metrics)) throw parsing('Metrics is not a list');
  return {
    namespace,
    dimensionSets: sets.map((set) => {
      if (Array.isArray(set) && set.every((key) => typeof key === 'string')) return set;
      throw parsing('A member of Dimensions is not a list of texts');
    }),
    metrics: metrics.map((metric) => {
      if (!isRecord(metric) || typeof metric.Name !== 'string') throw parsing('A member of Metrics has no Name');
      return { name: metric.Name, unit: metric.Unit, storageResolution: metric.StorageResolution };
    }),
  };
}
