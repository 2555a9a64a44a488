import { describe, expect, it } from 'vitest';
import { parseQuery } from '../../../local/aws/cloudwatch/insights/parse-query.ts';
import { runQuery } from '../../../local/aws/cloudwatch/insights/run-query.ts';

const at = (second: number) => 1_700_000_000_000 + second * 1000;
const json = (second: number, fields: object) => ({ atMilliseconds: at(second), message: JSON.stringify(fields) });

const groups: Readonly<Record<string, readonly { atMilliseconds: number; message: string }[]>> = {
  resize: [
    json(0, {
      key: 'a.jpg',
      preset: '48x48',
      LoopSuspects: 1,
      TargetAgeSeconds: 500,
      TotalMs: 40,
      nested: { deep: 1 },
    }),
    json(60, { key: 'a.jpg', preset: '48x48', LoopSuspects: 1, TargetAgeSeconds: 90, TotalMs: 60 }),
    json(61, { key: 'b.jpg', preset: '320x', LoopSuspects: 0, TotalMs: 900, code: 'ok' }),
    json(62, { key: 'c.jpg', preset: '320x', LoopSuspects: 1, TargetAgeSeconds: 100, TotalMs: 100 }),
    { atMilliseconds: at(63), message: 'START RequestId: 1' },
  ],
  edge: [
    { atMilliseconds: at(0), message: 'id1 {"event":"EdgeRedirect","status":307,"uri":"/48x48/a.jpg"}' },
    { atMilliseconds: at(1), message: 'id2 {"event":"EdgeRedirect","status":307,"uri":"/48x48/a.jpg"}' },
    { atMilliseconds: at(2), message: 'id3 {"event":"EdgeRedirect","status":301,"uri":"/320x/b.jpg"}' },
  ],
  api: [json(0, { status: '429', sourceIp: '192.0.2.1' }), json(1, { status: '301', sourceIp: '192.0.2.2' })],
};

const run = (query: string) => runQuery(query, (group) => groups[group] ?? []);
const values = (query: string) => run(query).rows.map((row) => run(query).columns.map((column) => row[column]));

describe('a query of Logs Insights', () => {
  it('counts by key, most first, and knows fields by themselves', () => {
    const query = `SOURCE 'resize' | filter LoopSuspects = 1
      | stats count(*) as calls, min(TargetAgeSeconds) as youngest, max(@timestamp) as last by key, preset
      | sort calls desc | limit 20`;
    expect(run(query).columns).toEqual(['key', 'preset', 'calls', 'youngest', 'last']);
    expect(values(query)).toEqual([
      ['a.jpg', '48x48', 2, 90, at(60)],
      ['c.jpg', '320x', 1, 100, at(62)],
    ]);
  });

  it('takes fields out of a line that is no JSON, by stars', () => {
    const query = `SOURCE 'edge' | filter @message like /EdgeRedirect/
      | parse @message '"status":*,' as status | parse @message '"uri":"*"' as uri
      | stats count(*) as redirects by uri, status | sort redirects desc`;
    expect(values(query)).toEqual([
      ['/48x48/a.jpg', '307', 2],
      ['/320x/b.jpg', '301', 1],
    ]);
  });

  it.each([
    ["status = '429'", 1],
    ['status = 429', 1],
    ['status != 429', 1],
    ['status like /^4/', 1],
    ['status not like /^4/', 1],
    ['sourceIp like "192.0.2"', 2],
    ['ispresent(status)', 2],
    ['nobody = 1 or (status = 429 and sourceIp = "192.0.2.1")', 1],
  ])('filters by %s', (condition, count) => {
    expect(run(`SOURCE 'api' | filter ${condition}`).rows).toHaveLength(count);
  });

  it('shows the fields that were asked for, nested ones by their path', () => {
    const query = "SOURCE 'resize' | filter key = 'a.jpg' | fields key, TotalMs as ms, nested.deep | sort ms desc";
    expect(run(query).columns).toEqual(['key', 'ms', 'nested.deep']);
    expect(values(query)).toEqual([
      ['a.jpg', 60, undefined],
      ['a.jpg', 40, 1],
    ]);
  });

  it('knows averages, percentiles, distinct counts and bins', () => {
    const query = `SOURCE 'resize' | filter ispresent(TotalMs)
      | stats avg(TotalMs) as mean, pct(TotalMs, 50) as half, count_distinct(key) as keys, sum(LoopSuspects) as loops by bin(1m) as minute | sort minute asc`;
    expect(values(query)).toHaveLength(2);
    expect(values(query)[1]?.slice(1)).toEqual([(60 + 900 + 100) / 3, 100, 3, 2]);
  });

  it('shows time and message when nothing else is asked for, and cuts at the limit', () => {
    expect(run("SOURCE 'edge' | limit 2")).toMatchObject({ columns: ['@timestamp', '@message'], rows: [{}, {}] });
  });
});

describe('a query is refused by name', () => {
  it.each([
    ['dedup key', 'The command "dedup" is not supported'],
    ['filter a =', 'The end given, expected a value'],
    ['filter a = ;', 'cannot be read from ";"'],
    ['fields latest(a)', 'The function "latest" is not supported'],
    ["parse @message 'a=*,b=*' as a", '2 stars for 1 names'],
  ])('%s', (query, message) => {
    expect(() => {
      parseQuery(query);
      run(query.startsWith('SOURCE') ? query : `SOURCE 'api' | ${query}`);
    }).toThrow(message);
  });
});
