/** `make monitoring-docs`: writes the tables and formulas of docs/metrics.md and docs/alarms.md from dashboards/. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fillDocs, renderDocs } from '../../dashboards/render/render-docs.ts';
import { documentedSettings } from '../constructs/monitoring-settings.ts';

for (const page of ['metrics', 'alarms']) {
  const path = join(import.meta.dirname, '../../docs', `${page}.md`);
  const before = readFileSync(path, 'utf8');
  const after = fillDocs(before, renderDocs(documentedSettings()));
  if (after !== before) writeFileSync(path, after);
  console.log(`docs/${page}.md ${after === before ? 'is as the data says' : 'was written'}`);
}
