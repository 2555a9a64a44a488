import { Stack } from 'aws-cdk-lib';
import { CfnDashboard } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { pagesFor } from '../../dashboards/pages.ts';
import { renderPage } from '../../dashboards/render/render-page.ts';
import { dashboardLink, type ResourceNames } from '../../dashboards/resource-names.ts';
import type { Settings } from '../../dashboards/settings.ts';
import { logicalId } from './alarms.ts';

export interface DashboardsProps {
  readonly settings: Settings;
  readonly names: ResourceNames;
}

/** The pages of dashboards/ in CloudWatch. */
export class Dashboards extends Construct {
  /** Page 1, which on-call opens first. */
  readonly url: string;

  constructor(scope: Construct, id: string, { settings, names }: DashboardsProps) {
    super(scope, id);
    const pages = pagesFor(settings);
    for (const page of pages) {
      new CfnDashboard(this, logicalId(page.name), {
        dashboardName: names.dashboardName(page.name),
        dashboardBody: Stack.of(this).toJsonString(renderPage(page, pages, settings, names)),
      });
    }
    this.url = `https://${names.region}.console.aws.amazon.com${dashboardLink('health', names)}`;
  }
}
