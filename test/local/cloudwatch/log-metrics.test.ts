import { describe, expect, it } from 'vitest';
import { EmfError, readEmfMetrics } from '../../../local/aws/cloudwatch/publish/emf.ts';
import { readMetricFilters } from '../../../local/aws/cloudwatch/publish/metric-filter.ts';
import { aResource, templateOf } from '../a-resource.ts';

const now = Date.UTC(2026, 10, 25, 12);
const directive = { Namespace: 'ImageResize', Dimensions: [['stage']], Metrics: [{ Name: 'Calls', Unit: 'Count' }] };

interface Parts {
  readonly metadata?: Record<string, unknown>;
  readonly directive?: Record<string, unknown>;
  readonly root?: Record<string, unknown>;
}

function lineOf({ metadata = {}, directive: changed = {}, root = {} }: Parts = {}): string {
  return JSON.stringify({
    _aws: { Timestamp: now - 5000, CloudWatchMetrics: [{ ...directive, ...changed }], ...metadata },
    stage: 'prod',
    Calls: 1,
    ...root,
  });
}

const read = (parts: Parts) => readEmfMetrics(lineOf(parts), now);

function brokenness(line: string): string {
  try {
    readEmfMetrics(line, now);
  } catch (error) {
    if (error instanceof EmfError) return `${error.kind}: ${error.message}`;
    throw error;
  }
  return 'fine';
}

describe('metrics in log lines (EMF)', () => {
  it('reads names, dimensions and values out of the root, at the time that the line states', () => {
    expect(read({})).toEqual([
      {
        namespace: 'ImageResize',
        name: 'Calls',
        dimensions: { stage: 'prod' },
        atMilliseconds: now - 5000,
        values: [1],
      },
    ]);
  });

  it('makes a metric for each set of dimensions, the empty one too, and takes lists of values', () => {
    const metrics = read({
      directive: { Dimensions: [[], ['stage'], ['stage', 'preset']] },
      root: { preset: '200x200', Calls: [1, 2.5, 0] },
    });
    expect(metrics?.map(({ dimensions, values }) => [dimensions, values])).toEqual([
      [{}, [1, 2.5, 0]],
      [{ stage: 'prod' }, [1, 2.5, 0]],
      [{ stage: 'prod', preset: '200x200' }, [1, 2.5, 0]],
    ]);
  });

  it('ignores members that it does not know, and takes the document behind what Lambda puts before a line', () => {
    expect(read({ metadata: { Colour: 'blue' }, directive: { Extra: 1 } })).toHaveLength(1);
    const withPrefix = `2026-11-25T12:00:00.000Z\tid-1\tINFO\t${lineOf()}`;
    expect(readEmfMetrics(withPrefix, now)).toHaveLength(1);
  });

  it.each([
    ['text', 'START RequestId: 1 Version: 2'],
    ['other JSON', '{"level":"INFO","message":"made an image"}'],
    ['JSON that only mentions it', '{"message":"the member \\"_aws\\" is missing"}'],
  ])('takes no line for one of metrics that is not: %s', (_, line) => {
    expect(readEmfMetrics(line, now)).toBeUndefined();
  });

  it.each<[string, string]>([
    ['The line is not one JSON object', lineOf().slice(0, -1)],
    ['_aws.Timestamp is not a whole number', lineOf({ metadata: { Timestamp: undefined } })],
    ['Namespace is not a text', lineOf({ directive: { Namespace: undefined } })],
    ['A member of Dimensions is not a list of texts', lineOf({ directive: { Dimensions: ['stage'] } })],
    ['A member of Metrics has no Name', lineOf({ directive: { Metrics: [{ Unit: 'Count' }] } })],
  ])('counts as unreadable, AWS/Logs EMFParsingErrors: %s', (message, line) => {
    expect(brokenness(line)).toContain(`parsing: ${message}`);
  });

  const manyKeys = [...Array(31).keys()].map((index) => `d${index}`);
  it.each<[string, Parts]>([
    ['Calls is not there: expected a number', { root: { Calls: undefined } }],
    ['Calls is "1": expected a number', { root: { Calls: '1' } }],
    ['Calls has 101 values: expected at most 100', { root: { Calls: Array(101).fill(1) } }],
    ['The dimension stage is not there: expected a text', { root: { stage: undefined } }],
    ['The dimension stage has 1025 characters: expected 1 to 1024', { root: { stage: 'x'.repeat(1025) } }],
    ['A set has 31 dimensions: expected at most 30', { directive: { Dimensions: [manyKeys] } }],
    ['Calls has the unknown unit Pieces', { directive: { Metrics: [{ Name: 'Calls', Unit: 'Pieces' }] } }],
    ['at most two weeks before', { metadata: { Timestamp: now - 14 * 86_400_000 - 1 } }],
    ['or two hours after', { metadata: { Timestamp: now + 2 * 3_600_000 + 1 } }],
  ])('counts as invalid, AWS/Logs EMFValidationErrors: %s', (message, parts) => {
    expect(brokenness(lineOf(parts))).toMatch(/^validation: /);
    expect(brokenness(lineOf(parts))).toContain(message);
  });

  it('lets through what is just within the limits', () => {
    const keys = manyKeys.slice(0, 30);
    const root = { ...Object.fromEntries(keys.map((key) => [key, 'v'])), Calls: Array(100).fill(1) };
    const metrics = Array(100).fill({ Name: 'Calls', Unit: 'Bytes/Second', StorageResolution: 60 });
    expect(read({ directive: { Dimensions: [keys], Metrics: metrics }, root })).toHaveLength(100);
  });
});

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
    ['{ $.status = "429" }', '{"status":"429"}', true],
    ['{ $.status = "429" }', '{"status":"503"}', false],
    ['{ $.status = "429" }', 'status is 429', false],
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
