import { isRecord, Properties, type Resource } from '../../template/properties.ts';

/** `AWS::Logs::MetricFilter`. */
export interface MetricFilter {
  readonly logGroup: string;
  readonly matches: FilterPattern;
  readonly namespace: string;
  readonly metric: string;
  /** What a line that matches counts for; a field that holds no number counts for nothing. */
  valueOf(line: string): number | undefined;
  /** Of a minute with lines of which none matched. Absent: nothing. */
  readonly defaultValue?: number;
}

export function readMetricFilters(resources: readonly Resource[]): readonly MetricFilter[] {
  return resources
    .filter(({ type }) => type === 'AWS::Logs::MetricFilter')
    .map(Properties.of)
    .flatMap((filter) => {
      const logGroup = filter.text('LogGroupName');
      const matches = patternOf(filter);
      return filter.children('MetricTransformations').map((transformation) => ({
        logGroup,
        matches,
        namespace: transformation.text('MetricNamespace'),
        metric: transformation.text('MetricName'),
        valueOf: readValue(transformation),
        ...(transformation.has('DefaultValue') ? { defaultValue: transformation.number('DefaultValue') } : {}),
      }));
    });
}

function patternOf(filter: Properties): FilterPattern {
  try {
    return readFilterPattern(filter.text('FilterPattern', ''));
  } catch (error) {
    throw new Error(`${filter.logicalId}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}

/** A number, or a field of the line. */
function readValue(transformation: Properties): MetricFilter['valueOf'] {
  const text = transformation.text('MetricValue');
  const [, field] = /^\$\.([\w.-]+)$/.exec(text) ?? [];
  if (field === undefined) {
    const value = transformation.number('MetricValue');
    return () => value;
  }
  return (line) => {
    const value = valueIn(line, field);
    return typeof value === 'number' ? value : undefined;
  };
}

/** Whether a log line matches. */
export type FilterPattern = (line: string) => boolean;

/**
 * Reads a filter pattern ("Filter pattern syntax for metric filters"), as much of it as templates of this chain use: terms
 * that must all be in the line, or one comparison of one JSON field. Anything else is refused.
 */
export function readFilterPattern(pattern: string): FilterPattern {
  const text = pattern.trim();
  if (text.startsWith('{')) return readComparison(text);
  const terms = [...text.matchAll(/\s*(?:"((?:[^"\\]|\\.)*)"|(\w+))(?=\s|$)/gy)];
  if (terms.map(([whole]) => whole).join('') !== text) throw refused(pattern);
  const wanted = terms.map(([, quoted, bare = '']) => quoted?.replace(/\\(.)/g, '$1') ?? bare);
  return (line) => wanted.every((term) => line.includes(term));
}

const comparison = /^\{\s*\$\.([\w.-]+)\s*(!?=|[<>]=?)\s*(?:"((?:[^"\\*]|\\.)*)"|(-?\d+(?:\.\d+)?))\s*\}$/;

function readComparison(text: string): FilterPattern {
  const [, field = '', operator = '', quoted, number] = comparison.exec(text) ?? [];
  const isEquality = operator === '=' || operator === '!=';
  if (field === '' || (quoted !== undefined && !isEquality)) throw refused(text);
  const wanted = quoted?.replace(/\\(.)/g, '$1') ?? Number(number);
  return (line) => {
    const value = valueIn(line, field);
    // Neither a text that looks like a number nor a field that is not there equals or differs.
    return typeof value === typeof wanted && holds(operator, value as string | number, wanted);
  };
}

function holds(operator: string, value: string | number, wanted: string | number): boolean {
  switch (operator) {
    case '=':
      return value === wanted;
    case '!=':
      return value !== wanted;
    case '>':
      return value > wanted;
    case '>=':
      return value >= wanted;
    case '<':
      return value < wanted;
    default:
      return value <= wanted;
  }
}

/** A field of a line that is a JSON object, nested ones by their path. */
function valueIn(line: string, path: string): unknown {
  if (!line.startsWith('{')) return undefined;
  try {
    return path
      .split('.')
      .reduce<unknown>((value, name) => (isRecord(value) ? value[name] : undefined), JSON.parse(line));
  } catch {
    return undefined;
  }
}

function refused(pattern: string): Error {
  return new Error(
    `The filter pattern ${pattern} is not known here: expected terms, or { $.field = "text" } with one comparison`,
  );
}
