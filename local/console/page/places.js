/** @import { Widget } from '../watch-contract.ts' */

/**
 * Where on this page somebody is, as the fragment of the address says it. The chain is at every other fragment.
 * @typedef {{ page: 'chain' } | { page: 'dashboards' | 'alarms' | 'runbooks', name: string, widget?: number }} Place
 */

/** @param {string} fragment @returns {Place} */
export function placeOf(fragment) {
  const [, page, name = '', widget] =
    /^#(dashboards|alarms|runbooks)(?:\/([\w.-]+))?(?:\/(\d+))?$/.exec(fragment) ?? [];
  if (page !== 'dashboards' && page !== 'alarms' && page !== 'runbooks') return { page: 'chain' };
  return { page, name, ...(widget !== undefined && { widget: Number(widget) }) };
}

/** @param {'dashboards' | 'alarms' | 'runbooks'} page @param {string} name */
export const linkTo = (page, name) => `#${page}/${name}`;

/** @typedef {{ readonly name: string, readonly fullName: string, readonly widgets: readonly Widget[] }} Linked */

/**
 * Where a link of a dashboard or a runbook leads here; `undefined`: to nowhere that this page has.
 * @param {string} href
 * @param {readonly Linked[]} dashboards
 */
export function placeOfLink(href, dashboards) {
  const [, runbook] = /^(?:(?:.*\/)?docs\/runbooks\/)?([\w-]+)\.md$/.exec(href) ?? [];
  if (runbook !== undefined) return linkTo('runbooks', runbook);
  const [, fullName] = /#dashboards\/dashboard\/([\w-]+)$/.exec(href) ?? [];
  const dashboard = dashboards.find((one) => one.fullName === fullName);
  return dashboard && linkTo('dashboards', dashboard.name);
}

/** Where the widget of this title is. @param {string} title @param {readonly Linked[]} dashboards */
export function placeOfWidget(title, dashboards) {
  for (const { name, widgets } of dashboards) {
    const index = widgets.findIndex((widget) => 'title' in widget && widget.title === title);
    if (index >= 0) return `${linkTo('dashboards', name)}/${index}`;
  }
  return undefined;
}
