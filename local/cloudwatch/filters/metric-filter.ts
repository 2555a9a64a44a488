import { Properties, type Resource } from '../../properties.ts';
import { type FilterPattern, readFilterPattern, valueIn } from './filter-pattern.ts';

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
