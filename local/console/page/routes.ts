import type { Widget } from '../contract.ts';

/** What the fragment of the address shows. The chain is at every fragment that names nothing else. */
export type Route =
  | { readonly page: 'chain' }
  | { readonly page: 'dashboards' | 'alarms' | 'runbooks'; readonly name: string; readonly widget?: number };

export function routeOf(fragment: string): Route {
  const [, page, name = '', widget] =
    /^#(dashboards|alarms|runbooks)(?:\/([\w.-]+))?(?:\/(\d+))?$/.exec(fragment) ?? [];
  if (page !== 'dashboards' && page !== 'alarms' && page !== 'runbooks') return { page: 'chain' };
  return { page, name, ...(widget !== undefined && { widget: Number(widget) }) };
}

export const linkTo = (page: 'dashboards' | 'alarms' | 'runbooks', name: string) => `#${page}/${name}`;

export interface Linked {
  readonly name: string;
  readonly fullName: string;
  readonly widgets: readonly Pick<Widget, 'kind'>[];
}

/** Where a link of a dashboard or a runbook leads on this page; `undefined`: to nothing that this page has. */
export function routeOfLink(href: string, dashboards: readonly Linked[]): string | undefined {
  const [, runbook] = /^(?:(?:.*\/)?docs\/runbooks\/)?([\w-]+)\.md$/.exec(href) ?? [];
  if (runbook !== undefined) return linkTo('runbooks', runbook);
  const [, fullName] = /#dashboards\/dashboard\/([\w-]+)$/.exec(href) ?? [];
  const dashboard = dashboards.find((one) => one.fullName === fullName);
  return dashboard && linkTo('dashboards', dashboard.name);
}

/** The link to the widget with this title. */
export function routeOfWidget(title: string, dashboards: readonly Linked[]): string | undefined {
  for (const { name, widgets } of dashboards) {
    const index = widgets.findIndex((widget) => 'title' in widget && widget.title === title);
    if (index >= 0) return `${linkTo('dashboards', name)}/${index}`;
  }
  return undefined;
}
