import { describe, expect, it } from 'vitest';
import { routeOf, routeOfLink, routeOfWidget } from '../../../local/console/page/routes.ts';

const dashboards = [
  { name: 'health', fullName: 'Stack-prod-health', widgets: [{ kind: 'text' }, { kind: 'log', title: 'Keys' }] },
] as const;

describe('a fragment', () => {
  it.each([
    ['', { page: 'chain' }],
    ['#chain', { page: 'chain' }],
    ['#view=abc', { page: 'chain' }],
    ['#dashboards', { page: 'dashboards', name: '' }],
    ['#dashboards/health', { page: 'dashboards', name: 'health' }],
    ['#dashboards/health/3', { page: 'dashboards', name: 'health', widget: 3 }],
    ['#alarms/redirect-loop', { page: 'alarms', name: 'redirect-loop' }],
    ['#runbooks/README', { page: 'runbooks', name: 'README' }],
    ['#runbooks/../secret', { page: 'chain' }],
  ])('%s is a route', (fragment, route) => {
    expect(routeOf(fragment)).toEqual(route);
  });
});

describe('a link', () => {
  it.each([
    ['docs/runbooks/redirect-loop.md', '#runbooks/redirect-loop'],
    ['https://git.example.com/team/repo/blob/main/docs/runbooks/hit-rate.md', '#runbooks/hit-rate'],
    ['roll-back-release.md', '#runbooks/roll-back-release'],
    ['/cloudwatch/home?region=us-east-1#dashboards/dashboard/Stack-prod-health', '#dashboards/health'],
    ['/cloudwatch/home?region=us-east-1#dashboards/dashboard/Another', undefined],
    ['https://console.aws.amazon.com/lambda', undefined],
    ['docs/operating.md', undefined],
    ['javascript:alert(1)', undefined],
    ['javascript:alert(1)//docs/runbooks/x.md', '#runbooks/x'],
  ])('to %s leads to %s', (href, route) => {
    expect(routeOfLink(href, dashboards)).toBe(route);
  });

  it('may name a widget by its title', () => {
    expect(routeOfWidget('Keys', dashboards)).toBe('#dashboards/health/1');
    expect(routeOfWidget('Other', dashboards)).toBeUndefined();
  });
});
