import { Properties } from '../../template/properties.ts';
import { isRecord, type ResourceIndex } from '../../template/template.ts';
import { createTallies, type Publisher, type Put } from './publisher.ts';

/** An `AWS::Logs::MetricFilter`. */
export interface MetricFilter {
  readonly logGroup: string;
  readonly matches: FilterPattern;
  readonly namespace: string;
  readonly metric: string;
  /** The value of each matching line. */
  readonly value: number;
  /** The value of a minute with lines of which none matches. Absent: no data. */
  readonly defaultValue?: number;
}

export function readMetricFilters(template: ResourceIndex): readonly MetricFilter[] {
  return template
    .ofType('AWS::Logs::MetricFilter')
    .map(Properties.of)
    .flatMap((filter) => {
      const logGroup = filter.text('LogGroupName');
      const matches = readFilterPattern(filter);
      return filter.children('MetricTransformations').map((transformation) => ({
        logGroup,
        matches,
        namespace: transformation.text('MetricNamespace'),
        metric: transformation.text('MetricName'),
        value: transformation.number('MetricValue'),
        ...(transformation.has('DefaultValue') && { defaultValue: transformation.number('DefaultValue') }),
      }));
    });
}

/** Tests a log line. */
type FilterPattern = (line: string) => boolean;

/** Two forms of "Filter pattern syntax for metric filters" are supported: a quoted term, in which a backslash
 * stands before quotes, and `{ $.field = "text" }`. */
function readFilterPattern(filter: Properties): FilterPattern {
  const pattern = filter.text('FilterPattern', '').trim();
  const [, term] = /^"((?:[^"\\]|\\")+)"$/.exec(pattern) ?? [];
  if (term !== undefined) return (line) => line.includes(term.replaceAll('\\"', '"'));
  const [, field, wanted] = /^\{\s*\$\.(\w+)\s*=\s*"([^"\\*]*)"\s*\}$/.exec(pattern) ?? [];
  if (field !== undefined) return (line) => fieldOf(line, field) === wanted;
  throw filter.refusal('FilterPattern', 'one quoted term, or { $.field = "text" }');
}

function fieldOf(line: string, name: string): unknown {
  if (!line.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value[name] : undefined;
  } catch {
    return undefined;
  }
}

/** The metric of a filter, which has no dimensions. */
export function publishFilter(filter: MetricFilter, put: Put): Publisher {
  const minutes = createTallies(() => ({ matched: false }));
  const { namespace, metric: name, value, defaultValue } = filter;
  const add = (atSeconds: number, value: number) =>
    put('metricFilter', { namespace, name, dimensions: {}, atSeconds, value });

  return {
    onEvent(event) {
      if (event.kind !== 'log' || event.group !== filter.logGroup) return;
      const tally = minutes.of(event.at / 1000);
      if (!filter.matches(event.line)) return;
      tally.matched = true;
      add(event.at / 1000, value);
    },
    publishUntil(seconds) {
      for (const { atSeconds, tally } of minutes.takeUntil(seconds)) {
        if (!tally.matched && defaultValue !== undefined) add(atSeconds, defaultValue);
      }
    },
  };
}
