/** Names and ids of the resources of one environment, as the dimensions of metrics and the queries need them. */
export interface ResourceNames {
  readonly region: string;
  readonly stage: string;
  readonly distributionId: string;
  readonly apiId: string;
  readonly functionName: string;
  /** Names of log groups. `edge` is absent where redirects are not counted, `canary` where there is no canary. */
  readonly logs: Readonly<Record<'resize' | 'api', string> & Partial<Record<'edge' | 'canary', string>>>;
  /** The CloudFront Function that runs on answers. */
  readonly edgeFunctionName: string;
  alarmName(alarm: string): string;
  alarmArn(alarm: string): string;
  dashboardName(page: string): string;
}

/** The path of a page in the CloudWatch console. */
export function dashboardLink(page: string, { region, dashboardName }: ResourceNames): string {
  return `/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboardName(page)}`;
}
