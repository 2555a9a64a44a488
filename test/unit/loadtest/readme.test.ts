import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defectCodes } from '../../../loadtest/lib/defects.ts';
import { gate, scenarioNames } from '../../../loadtest/scenario-table.ts';
import { workloadNames } from '../../../loadtest/workloads.ts';

const root = join(import.meta.dirname, '../../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const readme = read('loadtest/README.md');

describe('loadtest/README.md', () => {
  it('describes every scenario in one row, those of the gate first, and names every workload', () => {
    const rows = [...readme.matchAll(/^\| `([a-z-]+)` \| /gm)].map(([, name]) => name);
    expect(rows.slice(0, gate.length)).toEqual(gate);
    expect([...rows].sort()).toEqual([...scenarioNames].sort());
    for (const name of workloadNames) expect(readme).toContain(`\`${name}\``);
  });

  it('names commands and files that exist', () => {
    const commands = [...read('Makefile').matchAll(/^([a-z0-9-]+):/gm)].map(([, name]) => name);
    const named = [...readme.matchAll(/(?:`|^|\s)make ([a-z][a-z0-9-]*)/gm)].map(([, name]) => name);
    expect(named.filter((name) => !commands.includes(name))).toEqual([]);
    const files = [...readme.matchAll(/`((?:[\w-]+\/)*[\w-]+\.(?:ts|mod))`/g)].map(([, file]) => file ?? '');
    expect(files.filter((file) => !existsSync(join(root, 'loadtest', file)) && !existsSync(join(root, file)))).toEqual(
      [],
    );
  });
});

describe('docs/releasing.md', () => {
  it('explains verdicts that the load test gives', () => {
    const others = ['too-few-hits', 'slow-cold', 'not-measured', 'sweep-left'];
    const table = read('docs/releasing.md').split('## When the load test fails')[1] ?? '';
    const codes = [...table.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell]) => [
      ...(cell ?? '').matchAll(/`([a-z-]+)`/g),
    ]);
    const unknown = codes
      .map(([, code]) => code ?? '')
      .filter((code) => ![...defectCodes, ...others].some((one) => one === code));
    expect(unknown).toEqual([]);
    expect(codes.length).toBeGreaterThan(10);
  });
});
