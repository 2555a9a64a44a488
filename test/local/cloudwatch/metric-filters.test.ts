import { describe, expect, it } from 'vitest';
import { readMetricFilters } from '../../../local/aws/cloudwatch/publish/metric-filter.ts';
import { aResource, templateOf } from '../a-resource.ts';

function filterOf(pattern: string, transformation: object = {}) {
  const properties = {
    LogGroupName: 'group',
    FilterPattern: pattern,
    MetricTransformations: [{ MetricNamespace: 'N', MetricName: 'M', MetricValue: '1', ...transformation }],
  };
  const [filter] = readMetricFilters(templateOf(aResource('AWS::Logs::MetricFilter', properties, 'Filter')));
  if (!filter) throw new Error('No filter was read');
  return filter;
}

describe('readMetricFilters()', () => {
  it.each<[string, string, boolean]>([
    ['"EdgeRedirect"', 'id-1 {"event":"EdgeRedirect","status":307}', true],
    ['"EdgeRedirect"', 'id-1 {"event":"edgeredirect"}', false],
    ['{ $.status = "429" }', '{"status":"429"}', true],
    ['{ $.status = "429" }', '{"status":"503"}', false],
    ['{ $.status = "429" }', '{"status":429}', false],
    ['{ $.status = "429" }', 'status is 429', false],
    ['{ $.status = "429" }', '{"status":"429"', false],
  ])('the pattern %s and the line %s match: %s', (pattern, line, matches) => {
    expect(filterOf(pattern).matches(line)).toBe(matches);
  });

  it('reads the metric and its values', () => {
    expect(filterOf('"x"', { MetricValue: '2.5', DefaultValue: 0 })).toMatchObject({
      logGroup: 'group',
      namespace: 'N',
      metric: 'M',
      value: 2.5,
      defaultValue: 0,
    });
    expect(filterOf('"x"')).not.toHaveProperty('defaultValue');
  });

  it.each(['', 'ERROR', '?ERROR ?WARN', '[ip, user]', '{ $.a = "4*" }', '{ $.a > 1 }', '"unfinished'])(
    'refuses the pattern %j',
    (pattern) => {
      expect(() => filterOf(pattern)).toThrow('Filter: FilterPattern is');
    },
  );

  it('refuses a value that is a field of the line', () => {
    expect(() => filterOf('"x"', { MetricValue: '$.ms' })).toThrow('MetricValue is "$.ms": expected a number');
  });
});
