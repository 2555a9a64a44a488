import { describe, expect, it } from 'vitest';
import { readFilterPattern, readMetricFilters } from '../../../local/aws/cloudwatch/filters/metric-filter.ts';
import { aResource, templateOf } from '../a-resource.ts';

describe('§6.2 filter patterns', () => {
  it.each<[string, string, boolean]>([
    ['"EdgeRedirect"', 'id-1 {"event":"EdgeRedirect","status":307}', true],
    ['"EdgeRedirect"', 'id-1 {"event":"edgeredirect"}', false],
    ['"event\\":\\"Edge"', '{"event":"EdgeRedirect"}', true],
    ['ERROR timeout', 'a timeout is an ERROR', true],
    ['ERROR timeout', 'an ERROR', false],
    ['', 'anything', true],
    ['{ $.status = "429" }', '{"status":"429"}', true],
    ['{ $.status = "429" }', '{"status":"503"}', false],
    ['{ $.status = "429" }', '{"status":429}', false],
    ['{ $.status = 429 }', '{"status":429}', true],
    ['{$.status>=500}', '{"status":503}', true],
    ['{ $.status > 500 }', '{"status":500}', false],
    ['{ $.status < 500 }', '{"status":"9"}', false],
    ['{ $.status <= 500 }', '{"status":500}', true],
    ['{ $.error != "-" }', '{"error":"Too Many Requests"}', true],
    ['{ $.error != "-" }', '{"error":"-"}', false],
    ['{ $.error != "-" }', '{}', false],
    ['{ $.a.b = "x" }', '{"a":{"b":"x"}}', true],
    ['{ $.status = "429" }', 'status is 429', false],
    ['{ $.status = "429" }', '{"status":"429"', false],
  ])('the pattern %s and the line %s match: %s', (pattern, line, matches) => {
    expect(readFilterPattern(pattern)(line)).toBe(matches);
  });

  it.each([
    '?ERROR ?WARN',
    'ERROR -EXITING',
    '%a+b%',
    '[ip, user, status = 4*]',
    '{ $.status = "4*" }',
    '{ ($.a = 1) && ($.b = 2) }',
    '{ $.a IS NULL }',
    '{ $.a > "b" }',
    '"unfinished',
  ])('refuses %s (refused by name)', (pattern) => {
    expect(() => readFilterPattern(pattern)).toThrow(`The filter pattern ${pattern} is not known here`);
  });
});

describe('readMetricFilters()', () => {
  const filter = (transformation: object, pattern = '"x"') =>
    templateOf(
      aResource(
        'AWS::Logs::MetricFilter',
        {
          LogGroupName: 'group',
          FilterPattern: pattern,
          MetricTransformations: [{ MetricNamespace: 'N', MetricName: 'M', MetricValue: '1', ...transformation }],
        },
        'Filter',
      ),
    );

  it('counts each line for a number, or for what a field of it says', () => {
    const [counted] = readMetricFilters(filter({ MetricValue: '2.5', DefaultValue: 0 }));
    expect(counted).toMatchObject({ logGroup: 'group', namespace: 'N', metric: 'M', defaultValue: 0 });
    expect(counted?.valueOf('x')).toBe(2.5);
    const [measured] = readMetricFilters(filter({ MetricValue: '$.ms' }));
    expect(measured).not.toHaveProperty('defaultValue');
    expect(measured?.valueOf('{"ms":12}')).toBe(12);
    expect(measured?.valueOf('{"ms":"12"}')).toBeUndefined();
  });

  it('refuses what it cannot read, by name', () => {
    expect(() => readMetricFilters(filter({}, '?a'))).toThrow('Filter: The filter pattern ?a is not known here');
    expect(() => readMetricFilters(filter({ MetricValue: '$size' }))).toThrow(
      'Filter: MetricTransformations.0.MetricValue is "$size": expected a number',
    );
  });
});
