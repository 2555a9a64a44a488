/** `make edge-addresses`: writes the addresses from which CloudFront calls origins to infra/edge-addresses.json. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import committed from '../edge-addresses.json' with { type: 'json' };
import { aws } from '../preflight/aws-cli.ts';
import { readEdgeAddresses } from '../preflight/edge-addresses.ts';
import { command } from './run.ts';

await command(() => {
  const found = readEdgeAddresses(aws);
  if (!found.known) throw new Error(`The addresses cannot be read: ${found.reason}`);
  const ranges = [...found.value].sort();
  const file = join(import.meta.dirname, '../edge-addresses.json');
  writeFileSync(file, `${JSON.stringify({ readAt: new Date().toISOString().slice(0, 10), ranges }, null, 2)}\n`);
  const added = ranges.filter((range) => !(committed.ranges as readonly string[]).includes(range));
  const removed = (committed.ranges as readonly string[]).filter((range) => !ranges.includes(range));
  console.log(`${ranges.length} ranges, ${added.length} new, ${removed.length} gone: commit infra/edge-addresses.json`);
});
