import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createClock } from '../../../local/aws/clock.ts';
import type { AlarmDetails, DashboardData, Dashboards } from '../../../local/console/contract.ts';
import { createCounter } from '../../../local/console/log-lines.ts';
import { type ConsoleUnderTest, startConsoleUnderTest } from './real-chain.ts';

const clock = createClock(Date.UTC(2026, 0, 5, 8));
let under: ConsoleUnderTest;
beforeAll(async () => {
  under = await startConsoleUnderTest({ clock });
});
afterAll(() => under?.stop());
afterEach(() => under.done('reset'));

/** A log line may come after the response. */
const patience = { timeout: 20_000 };

const get = async <T>(name: string) => (await under.ask('GET', name)).body as T;

/** The sum of each line of a graph of the first dashboard. */
async function sumsOf(title: string): Promise<Record<string, number>> {
  const { dashboards } = await get<Dashboards>('dashboards');
  const { widgets } = await get<DashboardData>('dashboard?name=health');
  const index = dashboards[0]?.widgets.findIndex((widget) => 'title' in widget && widget.title === title) ?? -1;
  const data = widgets[index];
  if (data?.kind !== 'metric') throw new Error(`${title} shows ${JSON.stringify(data)}`);
  return Object.fromEntries(
    data.lines.map(({ label, points }) => [label, points.reduce((sum, [, value]) => sum + (value ?? 0), 0)]),
  );
}

// First: the minutes of other scenarios would stay in the metrics.
test('the first scenario is on the dashboard, and its alarm is red', async () => {
  expect(await under.seen('scenario', { name: 'cached-redirect' })).toMatchObject({ kind: 'loop' });
  for (let minutes = 0; minutes < 5; minutes += 1) {
    clock.advance(60_000);
    under.chain.cloudWatch.tick();
  }
  await expect.poll(() => sumsOf('Redirects and calls'), patience).toMatchObject({ 'loop suspects': 10, races: 9 });
  expect(await get<AlarmDetails>('alarm?name=loop-suspects')).toMatchObject({ state: 'ALARM', severity: 'ticket' });
});

// Of the 10 calls of a loop, the first viewer's first one makes the derivative.
test.each([
  ['cached-redirect', { resizes: 1, raced: 9, loopSuspects: 10 }],
  ['redirect-302', { resizes: 1, raced: 9, loopSuspects: 10 }],
  ['rules-on-403', { resizes: 1, raced: 9, loopSuspects: 10 }],
  ['cached-redirect-with-this-lambda', { resizes: 1, raced: 1, loopSuspects: 1 }],
  // The browser loops without a request.
  ['cache-control-everywhere', { resizes: 1, raced: 0, loopSuspects: 0 }],
  ['cached-301', { resizes: 1, raced: 0, loopSuspects: 0 }],
  // Nothing can be made.
  ['no-original', { resizes: 0, raced: 0, loopSuspects: 0 }],
])('of the scenario %s the numbers are %j', async (name, expected) => {
  const counter = createCounter();
  const stop = under.chain.events.listen(counter.on);
  await under.seen('scenario', { name });
  await expect.poll(counter.numbers, patience).toMatchObject(expected);
  stop();
});
