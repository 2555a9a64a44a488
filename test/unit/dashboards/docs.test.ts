import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fillDocs, renderDocs } from '../../../dashboards/render/render-docs.ts';
import { documentedSettings } from '../../../infra/constructs/monitoring-settings.ts';

const parts = renderDocs(documentedSettings());
const pages = ['metrics', 'alarms'].map(
  (name) => [name, readFileSync(join(import.meta.dirname, `../../../docs/${name}.md`), 'utf8')] as const,
);

it.each(pages)('docs/%s.md says what the data says (make monitoring-docs writes it)', (_, page) => {
  expect(fillDocs(page, parts)).toBe(page);
});

it('nothing that could be said is left out', () => {
  const said = pages.flatMap(([, page]) => [...page.matchAll(/<!-- begin ([a-z-]+)/g)].map(([, name]) => name));
  expect(said.sort()).toEqual(Object.keys(parts).sort());
});

it('a part that nobody makes is an error', () => {
  expect(() => fillDocs('<!-- begin nobody -->\n\n<!-- end -->', parts)).toThrow('There is no part "nobody"');
});
