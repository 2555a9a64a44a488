import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { defectCodes } from '../../../loadtest/lib/defects.ts';
import { isVersion, pinnedVersion } from '../../../loadtest/run/k6-binary.ts';
import { messageIn, progressIn, runK6, writePlan } from '../../../loadtest/run/run-k6.ts';
import { gate, scenarioNames } from '../../../loadtest/scenario-table.ts';
import { workloadNames } from '../../../loadtest/workloads.ts';
import { planFileOf } from './fixtures.ts';

const root = join(import.meta.dirname, '../../..');

describe('pinnedVersion()', () => {
  it('is the version that go.mod requires', () => expect(pinnedVersion()).toMatch(/^v2\.\d+\.\d+$/));
  it.each([
    ['a line of its own', 'require go.k6.io/k6/v2 v2.2.0\n', 'v2.2.0'],
    ['a block', 'tool go.k6.io/k6/v2\n\nrequire (\n\tother v1.0.0\n\tgo.k6.io/k6/v2 v2.3.1 // indirect\n)\n', 'v2.3.1'],
  ])('reads %s', (_, text, version) => expect(pinnedVersion(text)).toBe(version));
});

describe('isVersion()', () => {
  it.each([
    ['k6 v2.2.0 (go1.26.8, linux/amd64)', true],
    ['k6-v2.3.0 v2.3.0 (go1.26.8, linux/amd64)', true],
    ['k6 v1.8.1 (commit/devel, go1.25)', false],
    [undefined, false],
  ])('reads %s', (output, isOne) => expect(isVersion(output, [2, 2])).toBe(isOne));
});

describe('messageIn()', () => {
  const line = (msg: string) => JSON.stringify({ level: 'info', msg, source: 'console' });
  it('reads what a script has sent', () => {
    const message = { code: 'image-size', seen: '3 × 2 "quoted" \\ \n' };
    expect(messageIn(line(JSON.stringify(message)))).toEqual(message);
  });
  it.each(['', line('some words'), '{"msg":"{}"', '{"level":"error","msg":"{}"}'])('skips %j', (text) => {
    expect(messageIn(text)).toBeUndefined();
  });
});

describe('progressIn()', () => {
  it.each([
    ['\nrunning (04.0s), 0/4 VUs, 12 complete and 0 interrupted iterations\na [ 8% ] 0/4 VUs\n', '12 views'],
    ['\nRun    [ 100% ] setup()\na      [   0% ]\n', 'pre-warming'],
  ])('reads %j', (text, progress) => expect(progressIn(text)).toBe(progress));
});

describe('runK6()', () => {
  const folder = mkdtempSync(join(tmpdir(), 'k6-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Ends at the first SIGINT as k6 does, with a summary, and never otherwise. */
  const program = `#!${process.execPath}
const { writeFileSync } = require('node:fs');
const summary = process.argv[process.argv.indexOf('--summary-export') + 1];
process.on('SIGINT', () => { writeFileSync(summary, '{"metrics":{}}'); process.exit(105); });
setInterval(() => {}, 1000);
writeFileSync(summary + '.started', '');
`;

  it('ends k6 with the run, and reads its summary', async () => {
    const k6 = join(folder, 'k6');
    writeFileSync(k6, program, { mode: 0o755 });
    const plan = planFileOf('cold-miss');
    const files = writePlan(folder, plan);
    const interrupted = new AbortController();
    const running = runK6(k6, plan, files, { say: () => {}, interrupted: interrupted.signal });
    while (!existsSync(`${files.summary}.started`)) await new Promise((done) => setTimeout(done, 20));
    interrupted.abort();
    expect(await running).toMatchObject({ exitCode: 105, summary: { metrics: {} } });
  });
});

describe('the scripts', () => {
  it('are one for each scenario', () => {
    for (const name of scenarioNames)
      expect(existsSync(join(root, 'loadtest/scenarios', `${name}.ts`)), name).toBe(true);
  });
  it('never let k6 follow a redirect', () => {
    expect(readFileSync(join(root, 'loadtest/vu/view.ts'), 'utf8')).toContain('redirects: 0');
    expect(readFileSync(join(root, 'loadtest/vu/scenario.ts'), 'utf8')).toContain('maxRedirects: 0');
  });
});

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
