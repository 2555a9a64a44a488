/** The table of incidents says what is so: its alarms exist and are of the kind that it says, and the page says the same. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { alarmNames, conditionsOf, pageAlarm } from '../../dashboards/alarm.ts';
import { alarmsFor } from '../../dashboards/alarms.ts';
import { monitoringSettings } from '../../infra/constructs/monitoring-settings.ts';
import { findEnvironment } from '../../infra/find-environment.ts';
import { readChainParts } from '../../local/chain/read-parts.ts';
import { createAlarmNames, pageAlarm as joining } from '../../local/rehearse/alarm-names.ts';
import { findIncident, incidents, quickIncidents } from '../../local/rehearse/incidents.ts';
import { minutesFor } from '../../local/rehearse/judge.ts';
import { writtenMatrix } from '../../local/rehearse/matrix.ts';
import { config } from '../../src/config.ts';
import { synthesizedTemplate } from '../fixtures/synthesized-template.ts';

const alarms = new Map(alarmsFor(monitoringSettings(config, findEnvironment('rehearse', 'staging'))));
const written = new Map(
  writtenMatrix()
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
    [...cell.matchAll(/\[([a-z-]+)\]\(\S+\) (\d+)/g)].map(([, name = '', minutes]) => [name, Number(minutes)]),
  );
}

describe.each([...incidents])('%s', (name, { pages, tickets, minutes, runbook }) => {
  const red = [...pages, ...tickets];

  it('expects alarms that exist, pages as pages and tickets as tickets', () => {
    const kinds = red.map((alarm) => alarms.get(alarm as never)?.severity);
    expect(kinds).toEqual([...pages.map(() => 'page'), ...tickets.map(() => 'ticket')]);
  });

  it('stays until the last of them must have turned red', () => {
    expect(minutes).toBeGreaterThanOrEqual(Math.max(0, ...red.map(minutesFor)));
  });

  it('is seen by the canary, too, where viewers of small images are hurt', () => {
    if (pages.length > 0 && name !== 'memory-too-small') expect(pages).toContain('canary-failing');
  });

  it('leads to a runbook that is there', () => {
    expect(existsSync(join(import.meta.dirname, `../../docs/runbooks/${runbook}.md`))).toBe(true);
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

it('docs/alarms.md has the incidents that there are', () => {
  expect([...written.keys()]).toEqual([...incidents.keys()]);
});

it('a page has five minutes or its own window, and three for late metrics; the canary three walks; a ticket its window', () => {
  for (const [name, alarm] of alarms) {
    const windows = conditionsOf(alarm).map(({ periodSeconds, datapoints }) => (periodSeconds * datapoints.count) / 60);
    const window = Math.min(...windows);
    const late = alarm.severity === 'page' ? 3 : 7;
    expect(minutesFor(name), name).toBeLessThanOrEqual(name === 'canary-failing' ? 16 : Math.max(5, window) + late);
  }
});

it('every alarm is rehearsed, but for those that stand here', () => {
  const rehearsed = new Set([...incidents.values()].flatMap(({ pages, tickets }) => [...pages, ...tickets]));
  expect(alarmNames.filter((name) => !rehearsed.has(name))).toEqual([
    'edge-errors',
    'lambda-memory',
    'lambda-concurrency',
    'edge-not-found',
    'metrics-rejected',
    'cost-runaway',
  ]);
});

it('the template has the alarms, under the name of its stack', { timeout: 240_000 }, async () => {
  const { template } = readChainParts({ templateFile: await synthesizedTemplate('staging') });
  const resources = template.resources.filter(({ type }) => /^AWS::CloudWatch::(Composite)?Alarm$/.test(type));
  const names = createAlarmNames(resources.map(({ properties }) => String(properties.AlarmName)));
  expect([...names.all].sort()).toEqual([...alarms.keys(), pageAlarm].sort());
  expect(joining).toBe(pageAlarm);
});

it('the short form has incidents that there are', () => {
  for (const name of quickIncidents) expect(findIncident(name).minutes).toBeGreaterThan(0);
});

it('an incident that is not there is refused with the names of those that are', () => {
  expect(() => findIncident('redirect-lop')).toThrow(
    /There is no incident "redirect-lop": expected one of nothing, redirect-loop, .*broken-derivatives/,
  );
});
