import { describe, expect, it } from 'vitest';
import { EmfError, readEmfMetrics } from '../../../local/aws/cloudwatch/publish/emf.ts';

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
    ['a broken line of something else', '{"_aws": "cut'],
  ])('takes no line for one of metrics that is not: %s', (_, line) => {
    expect(readEmfMetrics(line, now)).toBeUndefined();
  });

  it.each<[string, string]>([
    ['_aws is not an object', '{"_aws": 1, "CloudWatchMetrics": 1}'],
    ['The line is not one JSON object', lineOf().slice(0, -1)],
    ['The line is not one JSON object', `${lineOf()}{}`],
    ['The line has more than 1048576 bytes', lineOf({ root: { more: 'x'.repeat(1_048_576) } })],
    ['_aws.CloudWatchMetrics is not a list', lineOf({ metadata: { CloudWatchMetrics: {} } })],
    ['_aws.Timestamp is not a whole number', lineOf({ metadata: { Timestamp: undefined } })],
    ['_aws.Timestamp is not a whole number', lineOf({ metadata: { Timestamp: '1764072000000' } })],
    ['A member of CloudWatchMetrics is not an object', lineOf({ metadata: { CloudWatchMetrics: ['x'] } })],
    ['Namespace is not a text', lineOf({ directive: { Namespace: undefined } })],
    ['Dimensions is not a list of at least one list', lineOf({ directive: { Dimensions: [] } })],
    ['A member of Dimensions is not a list of texts', lineOf({ directive: { Dimensions: ['stage'] } })],
    ['Metrics is not a list', lineOf({ directive: { Metrics: undefined } })],
    ['A member of Metrics has no Name', lineOf({ directive: { Metrics: [{ Unit: 'Count' }] } })],
  ])('counts as unreadable, AWS/Logs EMFParsingErrors: %s', (message, line) => {
    expect(brokenness(line)).toContain(`parsing: ${message}`);
  });

  const manyKeys = [...Array(31).keys()].map((index) => `d${index}`);
  it.each<[string, Parts]>([
    ['Calls is not there: expected a number', { root: { Calls: undefined } }],
    ['Calls is "1": expected a number', { root: { Calls: '1' } }],
    ['Calls is null: expected a number', { root: { Calls: null } }],
    ['Calls is {"a":1}: expected a number', { root: { Calls: { a: 1 } } }],
    ['Calls has 101 values: expected at most 100', { root: { Calls: Array(101).fill(1) } }],
    ['Calls is [1,"2"]: expected a number', { root: { Calls: [1, '2'] } }],
    ['The dimension stage is not there: expected a text', { root: { stage: undefined } }],
    ['The dimension stage is 1: expected a text', { root: { stage: 1 } }],
    ['The dimension stage has 0 characters: expected 1 to 1024', { root: { stage: '' } }],
    ['The dimension stage has 1025 characters: expected 1 to 1024', { root: { stage: 'x'.repeat(1025) } }],
    ['A set has 31 dimensions: expected at most 30', { directive: { Dimensions: [manyKeys] } }],
    [
      'ImageResize has 101 metrics: expected at most 100',
      { directive: { Metrics: Array(101).fill({ Name: 'Calls' }) } },
    ],
    ['Namespace has 256 characters: expected 1 to 255', { directive: { Namespace: 'x'.repeat(256) } }],
    ['Calls has the unknown unit Pieces', { directive: { Metrics: [{ Name: 'Calls', Unit: 'Pieces' }] } }],
    [
      'Calls has the StorageResolution 30: expected 1 or 60',
      { directive: { Metrics: [{ Name: 'Calls', StorageResolution: 30 }] } },
    ],
    ['at most two weeks before', { metadata: { Timestamp: now - 14 * 86_400_000 - 1 } }],
    ['or two hours after', { metadata: { Timestamp: now + 2 * 3_600_000 + 1 } }],
    // A member of the prototype is no member of the root.
    ['toString is not there', { directive: { Metrics: [{ Name: 'toString' }] } }],
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
