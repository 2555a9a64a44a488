/** The bodies that are deployed, as the console reads them. */
import { describe, expect, it } from 'vitest';
import { rowsOf } from '../../../local/aws/cloudwatch/dashboards/log-queries.ts';
import { pointsOf } from '../../../local/aws/cloudwatch/dashboards/metric-points.ts';
import { readDashboard } from '../../../local/aws/cloudwatch/dashboards/read-dashboard.ts';
import { createMetricStore } from '../../../local/aws/cloudwatch/metrics/metric-store.ts';
import { resolveTemplate } from '../../../local/aws/template/resolve.ts';
import { templateOf } from '../../infra/synthesized.ts';

const account = {
  region: 'us-east-1',
  accountId: '123456789012',
  partition: 'aws',
  urlSuffix: 'amazonaws.com',
  stackName: 'ResizeOnMiss-staging',
};
const { resources } = resolveTemplate(templateOf({ withoutMonitoring: [] }), account);
const dashboards = resources
  .filter(({ type }) => type === 'AWS::CloudWatch::Dashboard')
  .map((resource) => readDashboard(resource, account.region));
const look = { nowSeconds: 1_700_000_000, rangeSeconds: 8 * 3600 };

describe.each(dashboards.map((dashboard) => [dashboard.name, dashboard] as const))('%s', (_, { widgets }) => {
  it('has no widget that cannot be shown', () => {
    expect(widgets.filter(({ kind }) => kind === 'unread')).toEqual([]);
    expect(widgets.length).toBeGreaterThan(5);
  });

  it('overlaps nowhere', () => {
    const taken = new Set<string>();
    for (const { x, y, width, height } of widgets) {
      for (let column = x; column < x + width; column += 1) {
        for (let row = y; row < y + height; row += 1) {
          expect(taken.has(`${column} ${row}`), `${column} ${row}`).toBe(false);
          taken.add(`${column} ${row}`);
        }
      }
    }
  });

  it('can be evaluated before there are any metrics, and when there are', () => {
    for (const widget of widgets) {
      if (widget.kind !== 'metric') continue;
      const store = createMetricStore();
      expect(pointsOf(widget, store, look).lines.flatMap(({ points }) => points)).toEqual([]);
      for (const entry of widget.entries) {
        if ('metric' in entry) store.put({ ...entry.metric, atSeconds: look.nowSeconds - 1800, value: 8 });
      }
      const { lines } = pointsOf(widget, store, look);
      expect(
        lines.filter(({ points }) => points.length === 0),
        widget.title,
      ).toEqual([]);
    }
  });

  it('can ask its logs', () => {
    for (const widget of widgets) {
      if (widget.kind === 'log') expect(rowsOf(widget.query, () => [], look).rows, widget.title).toEqual([]);
    }
  });

  it('names alarms of the template alone', () => {
    const names = resources.map(({ properties }) => properties.AlarmName);
    for (const widget of widgets) {
      if (widget.kind === 'alarms') expect(names).toEqual(expect.arrayContaining([...widget.alarms]));
    }
  });
});

it('there are three', () => {
  expect(dashboards.map(({ name }) => name)).toEqual(
    ['health', 'who-and-where', 'capacity-and-cost'].map((name) => `ResizeOnMiss-staging-${name}`),
  );
});
