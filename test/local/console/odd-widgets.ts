import type { Template } from '../../../local/aws/template/template.ts';

const box = { width: 12, height: 6 };

/** What nobody knows, and text that would be markup elsewhere. */
const widgets = [
  { type: 'explorer', x: 0, y: 0, ...box, properties: {} },
  {
    type: 'metric',
    x: 12,
    y: 0,
    ...box,
    properties: { title: 'Searched', region: 'us-east-1', metrics: [[{ expression: 'SEARCH("a", "Sum")' }]] },
  },
  {
    type: 'text',
    x: 0,
    y: 6,
    ...box,
    properties: {
      markdown: '<img src=x onerror=alert(1)> [away](https://example.com/) [run](javascript:alert`1`) **<b>bold</b>**',
    },
  },
];

/** A template whose third dashboard has these. */
export function withOddWidgets(template: Template): Template {
  const odd = JSON.stringify({ periodOverride: 'inherit', widgets });
  const resources = Object.entries(template.Resources).map(([id, resource]) => [
    id,
    resource.Properties?.DashboardName === 'ResizeOnMiss-staging-capacity-and-cost'
      ? { ...resource, Properties: { ...resource.Properties, DashboardBody: odd } }
      : resource,
  ]);
  return { ...template, Resources: Object.fromEntries(resources) };
}
