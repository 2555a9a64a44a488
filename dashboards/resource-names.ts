/** Where the parts of one environment are: what the metrics' dimensions and the queries name. */
export interface Place {
  readonly region: string;
  readonly stage: string;
  readonly distributionId: string;
  readonly apiId: string;
  readonly functionName: string;
  /** Names of log groups. `edge` is absent where redirects are not counted, `canary` where nobody walks. */
  readonly logs: Readonly<Record<'resize' | 'api', string> & Partial<Record<'edge' | 'canary', string>>>;
  /** The CloudFront Function that counts redirects. */
  readonly edgeFunctionName?: string;
  alarmName(alarm: string): string;
  alarmArn(alarm: string): string;
  dashboardName(page: string): string;
}

/** A page in CloudWatch's console, on whatever host that is. */
export function dashboardLink(page: string, { region, dashboardName }: Place): string {
  return `/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboardName(page)}`;
}
