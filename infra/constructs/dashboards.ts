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
  readonly place: ResourceNames;
}

/** The pages of dashboards/ as CloudWatch has them. */
export class Dashboards extends Construct {
  /** Page 1, for whoever was paged. */
  readonly url: string;

  constructor(scope: Construct, id: string, { settings, place }: DashboardsProps) {
    super(scope, id);
    const pages = pagesFor(settings);
    for (const page of pages) {
      new CfnDashboard(this, logicalId(page.name), {
        dashboardName: place.dashboardName(page.name),
        dashboardBody: Stack.of(this).toJsonString(renderPage(page, pages, settings, place)),
      });
    }
    this.url = `https://${place.region}.console.aws.amazon.com${dashboardLink('health', place)}`;
  }
}
