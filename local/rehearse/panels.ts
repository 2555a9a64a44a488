import type { MetricWidget } from '../aws/cloudwatch/dashboards/dashboard.ts';
import { pointsOf } from '../aws/cloudwatch/dashboards/metric-points.ts';
import { readDashboard } from '../aws/cloudwatch/dashboards/read-dashboard.ts';
import type { Chain } from '../chain/start-chain.ts';

/** What the panels of the dashboards have shown. */
export interface PanelReport {
  /** Panels that have shown a value, and all. */
  readonly shown: number;
  readonly all: number;
  /** Each line with a value that cannot be: below 0, or a percentage over 100. */
  readonly outOfRange: readonly string[];
}

/** Every line is recalculated from so many minutes: late metrics change the newest ones. */
const rangeSeconds = 10 * 60;

/** Reads all panels of the template's dashboards again and again, as somebody who watches them does. */
export function createPanelWatch({ parts, cloudWatch, clock }: Pick<Chain, 'parts' | 'cloudWatch' | 'clock'>) {
  const { template } = parts;
  const panels = template
    .ofType('AWS::CloudWatch::Dashboard')
    .flatMap((resource) => readDashboard(resource, template.account.region).widgets)
    .filter((widget) => widget.kind === 'metric');
  const shown = new Set<MetricWidget>();
  const outOfRange = new Map<string, string>();

  return {
    read(): void {
      const range = { nowSeconds: clock.now() / 1000, rangeSeconds };
      for (const panel of panels) {
        const most = mostOf(panel);
        for (const { label, points } of pointsOf(panel, cloudWatch.store, range).lines) {
          if (points.length > 0) shown.add(panel);
          const wrong = points.find(([, value]) => !(value >= 0 && value <= most));
          const name = `${panel.title}: ${label}`;
          if (wrong && !outOfRange.has(name)) outOfRange.set(name, `${name} is ${wrong[1]}`);
        }
      }
    },
    report: (): PanelReport => ({ shown: shown.size, all: panels.length, outOfRange: [...outOfRange.values()] }),
  };
}

/** A percentage ends at 100, but for the last digit of floating-point numbers. A number has its unit in its title. */
function mostOf({ view, axis, title }: MetricWidget): number {
  const isPercentage = view === 'singleValue' ? title.includes('%') : axis.label === '%';
  return isPercentage ? 100 + 1e-9 : Number.MAX_VALUE;
}
