import { describe, expect, it } from 'vitest';
import { monitoringCost, type WatchingCost } from '../../../dashboards/monitoring-cost.ts';
import { bare, shipped } from './shipped.ts';

const dollars = (lines: readonly WatchingCost[]) => lines.reduce((sum, { units, price }) => sum + units * price, 0);
const unitsOf = (lines: readonly WatchingCost[], what: string) => lines.find((line) => line.what === what)?.units ?? 0;

describe('what watching costs', () => {
  const all = monitoringCost(shipped);

  it('is some dollars a month for one environment, before what is free', () => {
    expect(dollars(all)).toBeGreaterThan(10);
    expect(dollars(all)).toBeLessThan(25);
  });

  it('counts each metric of an alarm, and the alarms that join others', () => {
    expect(unitsOf(all, 'metrics in alarms')).toBeGreaterThan(40);
    expect(unitsOf(all, 'alarms made of alarms')).toBe(4);
    expect(unitsOf(all, 'dashboards')).toBe(3);
  });

  it('names for each line the setting that saves it, and is saved by it', () => {
    for (const { savedBy } of all) expect(savedBy.length).toBeGreaterThan(5);
    expect(unitsOf(monitoringCost({ ...shipped, alarms: false }), 'metrics in alarms')).toBe(0);
    expect(unitsOf(monitoringCost(shipped, false), 'dashboards')).toBe(0);
    expect(unitsOf(monitoringCost(bare), 'walks')).toBe(0);
    expect(monitoringCost({ ...bare, alarms: false }, false)).toEqual([]);
  });

  it('lets a walk cost less than a hundredth of a cent', () => {
    const walks = all.find(({ what }) => what === 'walks');
    expect(walks?.price).toBeLessThan(0.0001);
    expect(walks?.units).toBe(8760);
  });
});
