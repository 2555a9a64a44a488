import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { majorIn, pinnedVersion } from '../../../loadtest/run/k6-binary.ts';
import { runK6, toldIn, writePlan } from '../../../loadtest/run/run-k6.ts';
import { scenarioNames } from '../../../loadtest/scenario-table.ts';
import { planOf } from './summary-fixture.ts';

const root = join(import.meta.dirname, '../../../loadtest');

describe('pinnedVersion()', () => {
  it('is the version that go.mod requires', () => expect(pinnedVersion()).toMatch(/^v2\.\d+\.\d+$/));
  it.each([
    ['a line of its own', 'require go.k6.io/k6/v2 v2.2.0\n', 'v2.2.0'],
    ['a block', 'tool go.k6.io/k6/v2\n\nrequire (\n\tother v1.0.0\n\tgo.k6.io/k6/v2 v2.3.1 // indirect\n)\n', 'v2.3.1'],
  ])('reads %s', (_, text, version) => expect(pinnedVersion(text)).toBe(version));
  it('says when there is none', () => expect(() => pinnedVersion('module a\n')).toThrow('expected a version'));
});

describe('majorIn()', () => {
  it.each([
    ['k6 v2.2.0 (go1.26.8, linux/amd64)', 2],
    ['k6-v2.2.0 v2.2.0 (go1.26.8, linux/amd64)', 2],
    ['k6 v1.8.1 (commit/devel, go1.25)', 1],
    ['not k6', undefined],
  ])('reads %s', (output, major) => expect(majorIn(output)).toBe(major));
});

describe('toldIn()', () => {
  const line = (message: string) =>
    `time="2026-01-01T00:00:00Z" level=info msg=${JSON.stringify(message)} source=console`;
  it('reads what a script has said', () => {
    const told = { code: 'image-size', seen: '3 × 2 "quoted" \\ \n' };
    expect(toldIn(line(JSON.stringify(told)))).toEqual([told]);
  });
  it.each([
    ['', 0],
    [line('some words'), 0],
    ['msg="unfinished', 0],
  ])('passes over %j', (text, count) => {
    expect(toldIn(text)).toHaveLength(count);
  });
});

describe('runK6()', () => {
  const folder = mkdtempSync(join(tmpdir(), 'k6-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** In place of k6: ends at the first SIGINT as k6 does, with its numbers, and would not end otherwise. */
  const program = `#!${process.execPath}
const { writeFileSync } = require('node:fs');
const [summary] = process.argv.filter((word) => word.startsWith('SUMMARY=')).map((word) => word.slice(8));
process.on('SIGINT', () => { writeFileSync(summary, '{"metrics":{}}'); process.exit(105); });
setInterval(() => {}, 1000);
writeFileSync(summary + '.started', '');
`;

  it('ends k6 with the run, and has its numbers', async () => {
    const k6 = join(folder, 'k6');
    writeFileSync(k6, program, { mode: 0o755 });
    const plan = planOf('cold-miss');
    const files = writePlan(folder, plan);
    const interrupted = new AbortController();
    const running = runK6(k6, plan, files, interrupted.signal);
    while (!existsSync(`${files.summary}.started`)) await new Promise((done) => setTimeout(done, 20));
    interrupted.abort();
    expect(await running).toMatchObject({ exitCode: 105, summary: { metrics: {} } });
  });
});

describe('the scripts', () => {
  it('are one for each scenario', () => {
    for (const name of scenarioNames) expect(existsSync(join(root, 'scenarios', `${name}.ts`)), name).toBe(true);
  });
  it('never follow a redirect by k6', () => {
    expect(readFileSync(join(root, 'vu/ask.ts'), 'utf8')).toContain('redirects: 0');
    expect(readFileSync(join(root, 'vu/options.ts'), 'utf8')).toContain('maxRedirects: 0');
  });
});
