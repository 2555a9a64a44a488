/** The alarms that incidents expect exist, and docs/alarms.md has the same. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { alarmNames, conditionsOf, pageAlarm } from '../../dashboards/alarm.ts';
import { alarmsFor } from '../../dashboards/alarms.ts';
import { readPart } from '../../docs/generated.ts';
import { monitoringSettings } from '../../infra/constructs/monitoring-settings.ts';
import { findEnvironment } from '../../infra/environments.ts';
import { readChainParts } from '../../local/chain/read-parts.ts';
import { templateFaults } from '../../local/faults/catalogue.ts';
import { findIncident, incidents, quickIncidents } from '../../local/rehearse/incidents.ts';
import { docsPage, minutesFor, partName } from '../../local/rehearse/judge.ts';
import { pageAlarm as rigPageAlarm, shortNames } from '../../local/rehearse/rig.ts';
import { config } from '../../src/config.ts';
import { synthesizedTemplate } from '../fixtures/synthesized-template.ts';

const alarms = new Map(alarmsFor(monitoringSettings(config, findEnvironment('rehearse', 'staging'))));
const written = new Map(
  readPart(docsPage, partName)
    .split('\n')
    .slice(2)
    .map((line) => {
      const [name = '', , pages = '', tickets = ''] = line.split(' | ');
      return [name.replace(/^\| `|`$/g, ''), { pages: minutesIn(pages), tickets: minutesIn(tickets) }] as const;
    }),
);

/** `[name](…) 5<br>[other](…) 8` */
function minutesIn(cell: string): ReadonlyMap<string, number> {
  return new Map(
    [...cell.matchAll(/\[([a-z-]+)\]\(\S+\)\*{0,2} (\d+)/g)].map(([, name = '', minutes]) => [name, Number(minutes)]),
  );
}

describe.each([...incidents])('%s', (name, { pages, tickets, minutes, cause }) => {
  const red = [...pages, ...tickets];

  it('expects alarms that exist, pages as pages and tickets as tickets', () => {
    const kinds = red.map((alarm) => alarms.get(alarm as never)?.severity);
    expect(kinds).toEqual([...pages.map(() => 'page'), ...tickets.map(() => 'ticket')]);
  });

  it('lasts until the last of them must have turned red', () => {
    expect(minutes).toBeGreaterThanOrEqual(Math.max(0, ...red.map(minutesFor)));
  });

  it('is seen by the canary, too, if first views of small images are affected', () => {
    const isBlind = ['memory-too-small', 'purge-stuck'].includes(name);
    if (pages.length > 0 && !isBlind) expect(pages).toContain('canary-failing');
  });

  it('has an alarm that names the cause, with a runbook', () => {
    if (cause === undefined) return expect(red).toEqual([]);
    expect(red).toContain(cause);
    expect(existsSync(join(import.meta.dirname, `../../docs/runbooks/${cause}.md`))).toBe(true);
  });

  it('is in docs/alarms.md with these alarms, each in time (make rehearse WRITE=1 writes it)', () => {
    const row = written.get(name);
    expect([...(row?.pages.keys() ?? [])].sort()).toEqual([...pages].sort());
    expect([...(row?.tickets.keys() ?? [])].sort()).toEqual([...tickets].sort());
    for (const [alarm, after] of [...(row?.pages ?? []), ...(row?.tickets ?? [])]) {
      expect(after, alarm).toBeLessThanOrEqual(minutesFor(alarm));
    }
  });
});

it('docs/alarms.md has every incident', () => {
  expect([...written.keys()]).toEqual([...incidents.keys()]);
});

it('a page has five minutes or its own window, and three for late metrics; the canary three runs; a ticket its window', () => {
  for (const [name, alarm] of alarms) {
    const windows = conditionsOf(alarm).map(({ periodSeconds, datapoints }) => (periodSeconds * datapoints.count) / 60);
    const window = Math.min(...windows);
    const late = alarm.severity === 'page' ? 3 : 7;
    const limit = { 'canary-failing': 16, 'purge-stuck': 13 }[name as string] ?? Math.max(5, window) + late;
    expect(minutesFor(name), name).toBeLessThanOrEqual(limit);
  }
});

it('every alarm is rehearsed, except these', () => {
  const rehearsed = new Set([...incidents.values()].flatMap(({ pages, tickets }) => [...pages, ...tickets]));
  expect(alarmNames.filter((name) => !rehearsed.has(name))).toEqual([
    'edge-errors',
    'lambda-memory',
    'lambda-concurrency',
    'broken-originals',
    'look-ups-failing',
    'edge-not-found',
    'purge-dead-letters',
    'purge-budget',
    'metrics-rejected',
    'cost-runaway',
  ]);
});

it('the template has the alarms, under the name of its stack', { timeout: 240_000 }, async () => {
  const { template } = readChainParts({ templateFile: await synthesizedTemplate('staging') });
  const resources = template.resources.filter(({ type }) => /^AWS::CloudWatch::(Composite)?Alarm$/.test(type));
  const names = resources.map(({ properties }) => String(properties.AlarmName));
  const shortNameOf = shortNames(names);
  expect(names.flatMap((name) => shortNameOf(name) ?? []).sort()).toEqual([...alarms.keys(), pageAlarm].sort());
  expect(rigPageAlarm).toBe(pageAlarm);
});

it('QUICK=1 has incidents that exist', () => {
  for (const name of quickIncidents) expect(findIncident(name).minutes).toBeGreaterThan(0);
});

it('an unknown incident is refused', () => {
  expect(() => findIncident('redirect-lop')).toThrow('redirect-lop');
});

it.each(Object.entries(templateFaults))(
  'the local chain accepts the template with %s',
  { timeout: 240_000 },
  async (_, { edit }) => {
    const parts = readChainParts({ templateFile: await synthesizedTemplate('staging'), change: edit });
    expect(parts.buckets.derivatives).toBeDefined();
  },
);
