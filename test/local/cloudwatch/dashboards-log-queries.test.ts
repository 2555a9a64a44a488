import { afterEach, expect, it } from 'vitest';
import {
  createLogQueries,
  type LogAnswer,
  type LogQueries,
} from '../../../local/aws/cloudwatch/dashboards/log-queries.ts';
import type { LogLine } from '../../../local/aws/logs.ts';

const noon = 1_700_006_400;
const look = { nowSeconds: noon + 600, rangeSeconds: 900 };
const countOf = (log: string) => `SOURCE '${log}' | stats count(*) as lines`;

let queries: LogQueries | undefined;
afterEach(() => queries?.stop());

/** Two logs that grow and, as those of the chain, lose their oldest lines. */
function createLogs() {
  const logs: Record<string, LogLine[]> = { a: [], b: [] };
  const write = (log: string, count: number) => {
    for (let line = 0; line < count; line += 1) logs[log]?.push({ atMilliseconds: noon * 1000, message: '{}' });
  };
  queries = createLogQueries(
    () => Object.keys(logs),
    (log) => logs[log] ?? [],
  );
  return { logs, write };
}

/** `asked` keeps apart what is asked of the same logs later: an answer is not asked for again at once. */
async function answer(query: string, asked = ''): Promise<LogAnswer | undefined> {
  await expect.poll(() => queries?.latest(query, look, asked).kind, { timeout: 60_000 }).not.toBe('asking');
  return queries?.latest(query, look, asked);
}

it('answers beside the process that asks, and says so until then', async () => {
  const { write } = createLogs();
  write('a', 3);
  expect(queries?.latest(countOf('a'), look, '')).toEqual({ kind: 'asking' });
  expect(await answer(countOf('a'))).toEqual({
    kind: 'log',
    columns: [{ name: 'lines', isTime: false }],
    rows: [[3]],
  });
});

it('sees lines that have come since, and none that the log has lost', async () => {
  const { logs, write } = createLogs();
  write('a', 3);
  expect(await answer(countOf('a'), 'first')).toMatchObject({ rows: [[3]] });
  write('a', 4);
  write('b', 1);
  logs.a?.splice(0, 2);
  expect(await answer(countOf('a'), 'second')).toMatchObject({ rows: [[5]] });
  expect(await answer(countOf('b'), 'second')).toMatchObject({ rows: [[1]] });
  logs.a?.splice(0, 5);
  write('a', 2);
  expect(await answer(countOf('a'), 'third')).toMatchObject({ rows: [[2]] });
});

it('does not ask again at once', async () => {
  const { write } = createLogs();
  write('a', 1);
  await answer(countOf('a'));
  write('a', 1);
  queries?.latest(countOf('a'), look, '');
  expect(await answer(countOf('a'), 'later')).toMatchObject({ rows: [[2]] });
  expect(queries?.latest(countOf('a'), look, '')).toMatchObject({ rows: [[1]] });
});

it('says what a query has that is not known', async () => {
  createLogs();
  expect(await answer("SOURCE 'a' | pattern @message")).toEqual({
    kind: 'problem',
    problem: expect.stringContaining('The command "pattern" is not supported'),
  });
});
