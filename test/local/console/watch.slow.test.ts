import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createClock } from '../../../local/aws/clock.ts';
import type { AlarmDetails, DashboardData, Dashboards } from '../../../local/console/contract.ts';
import { type ConsoleUnderTest, startConsoleUnderTest, withOddWidgets } from './real-chain.ts';

const start = Date.UTC(2026, 0, 5, 8);
const clock = createClock(start);
let under: ConsoleUnderTest;

beforeAll(async () => {
  under = await startConsoleUnderTest({ clock, change: withOddWidgets });
});
afterAll(() => under?.stop());

async function get<T>(name: string): Promise<T> {
  const { status, body } = await under.ask('GET', name);
  expect(body, name).not.toHaveProperty('message');
  expect(status).toBe(200);
  return body as T;
}

/** The same, when every log query has an answer. */
async function getAll<T>(name: string): Promise<T> {
  const isAsking = (body: unknown) => JSON.stringify(body).includes('"kind":"asking"');
  await expect.poll(async () => isAsking(await get(name)), { timeout: 60_000 }).toBe(false);
  return get(name);
}

/** Returns what a widget shows: the last point of each line, or its rows. */
async function shown(dashboard: string, title: string, range = ''): Promise<Record<string, unknown> | unknown[][]> {
  const { dashboards } = await get<Dashboards>('dashboards');
  const { widgets } = await getAll<DashboardData>(`dashboard?name=${dashboard}${range}`);
  const card = dashboards.find(({ name }) => name === dashboard);
  const index = card?.widgets.findIndex((widget) => 'title' in widget && widget.title === title) ?? -1;
  const data = widgets[index];
  if (data?.kind === 'log') return data.rows.map((row) => [...row]);
  if (data?.kind !== 'metric') throw new Error(`${title} shows ${JSON.stringify(data)}`);
  return Object.fromEntries(data.lines.map(({ label, points }) => [label, points.at(-1)?.[1]]));
}

/** Plays a minute of the chain's clock. */
async function minute(work: () => Promise<unknown> = async () => {}): Promise<void> {
  await work();
  clock.advance(60_000);
  under.chain.cloudWatch.tick();
}

test('the dashboards have short names and the order of the template', async () => {
  const { dashboards, ranges } = await get<Dashboards>('dashboards');
  expect(dashboards.map(({ name, title }) => [name, title])).toEqual([
    ['health', 'Is it healthy?'],
    ['who-and-where', 'Who and where?'],
    ['capacity-and-cost', 'capacity-and-cost'],
  ]);
  expect(dashboards[0]?.fullName).toBe('ResizeOnMiss-staging-health');
  expect(ranges).toContain(900);
});

test('a widget that cannot be read or evaluated is a problem', async () => {
  const { dashboards } = await get<Dashboards>('dashboards');
  expect(dashboards[2]?.widgets[0]).toMatchObject({
    kind: 'unread',
    problem: expect.stringContaining('explorer'),
  });
  const { widgets } = await get<DashboardData>('dashboard?name=capacity-and-cost');
  expect(widgets[1]).toEqual({
    kind: 'problem',
    problem: expect.stringContaining('SEARCH'),
  });
});

describe('views', () => {
  beforeAll(async () => {
    await minute(() => under.seen('view'));
    await minute(() => under.seen('view'));
    // Each source has its lag; the slowest takes three minutes after the end of the minute.
    for (let count = 0; count < 5; count += 1) await minute();
  });

  test('are on the first dashboard: the redirect that arrived', async () => {
    expect(await shown('health', 'Redirects and calls')).toMatchObject({
      redirected: 1,
      'arrived at the API': 1,
    });
  });

  test('are on the second dashboard: rows of the logs', async () => {
    const [row] = (await shown('who-and-where', 'Derivatives by preset')) as unknown[][];
    expect(row?.slice(0, 2)).toEqual(['200x200.auto', 1]);
  });

  test('change alarms from no data to OK, with a history', async () => {
    const alarm = await get<AlarmDetails>('alarm?name=redirect-loop');
    expect(alarm).toMatchObject({ state: 'OK', severity: 'page', runbook: 'redirect-loop', parts: [] });
    expect(alarm.history.at(-1)).toMatchObject({ from: 'INSUFFICIENT_DATA', to: 'OK' });
    expect(alarm.watched?.seen.length).toBeGreaterThan(alarm.watched?.of ?? 0);
  });

  test('are in a range that is long enough, and in no shorter one', async () => {
    for (let count = 0; count < 16; count += 1) await minute();
    const title = 'Redirects and calls';
    expect(await shown('health', title, '&range=900')).toMatchObject({ redirected: undefined });
    expect(await shown('health', title, '&range=3600')).toMatchObject({ redirected: 1 });
    expect(await shown('health', title)).toMatchObject({ redirected: 1 });
    expect((await get<DashboardData>('dashboard?name=health')).rangeSeconds).toBe(25 * 60);
  });

  test('are found by the queries of runbooks', async () => {
    const query = encodeURIComponent('filter Resized = 1 | stats count(*) as made, max(@timestamp) as last by key');
    expect(await getAll(`log-rows?log=resize&query=${query}`)).toEqual({
      kind: 'log',
      columns: [
        { name: 'key', isTime: false },
        { name: 'made', isTime: false },
        { name: 'last', isTime: true },
      ],
      rows: [['profile/ann.jpg', 1, expect.any(Number)]],
    });
    for (const log of ['api', 'edge']) {
      expect(
        await getAll(`log-rows?log=${log}&query=${encodeURIComponent('stats count(*) as lines')}`),
        log,
      ).toMatchObject({
        rows: [[expect.any(Number)]],
      });
    }
  });
});

test('a transition of an alarm is sent to every open page', async () => {
  const stop = new AbortController();
  const response = await fetch(`${under.console.address}api/events`, { signal: stop.signal });
  let received = '';
  const reading = (async () => {
    for await (const chunk of response.body ?? []) received += new TextDecoder().decode(chunk);
  })().catch(() => {});
  await expect.poll(() => received).toContain('"kind":"alarms","red":0');
  under.chain.events.emit({
    kind: 'alarm',
    transition: { alarm: 'any', atSeconds: 0, from: 'OK', to: 'ALARM' },
  });
  await expect.poll(() => received.split('"kind":"alarms"').length, { timeout: 10_000 }).toBe(3);
  stop.abort();
  await reading;
});

test.each([
  'dashboard?name=nobody',
  'dashboard?name=health&range=7',
  'alarm?name=nobody',
  'runbook?name=nobody',
  'runbook?name=../alarms',
  'log-rows?log=nobody&query=limit%201',
])('%s is refused', async (name) => {
  const { status, body } = await under.ask('GET', name);
  expect([status, body]).toEqual([409, expect.objectContaining({ message: expect.any(String) })]);
});

test('every runbook of an alarm exists, and every log that a runbook queries', async () => {
  const { alarms } = await get<DashboardData>('dashboard?name=health');
  const names = new Set(alarms.flatMap(({ runbook }) => runbook ?? []));
  expect(names.size).toBeGreaterThan(10);
  for (const name of names) {
    const { markdown } = await get<{ markdown: string }>(`runbook?name=${name}`);
    for (const [, log = '', query = ''] of markdown.matchAll(/^```insights (\w+)\n([\s\S]*?)^```/gm)) {
      // This chain has no canary.
      if (log === 'canary') continue;
      const answer = await getAll(`log-rows?log=${log}&query=${encodeURIComponent(query)}`);
      expect(answer, `${name}: ${query}`).toMatchObject({ kind: 'log' });
    }
  }
});
