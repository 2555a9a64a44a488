import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isVersion, pinnedVersion } from '../../../loadtest/run/k6-binary.ts';
import { messageIn, progressIn, runK6, writePlan } from '../../../loadtest/run/run-k6.ts';
import { scenarioNames } from '../../../loadtest/scenario-table.ts';
import { planFileOf } from './summary-fixture.ts';

const root = join(import.meta.dirname, '../../../loadtest');

describe('pinnedVersion()', () => {
  it('is the version that go.mod requires', () => expect(pinnedVersion()).toMatch(/^v2\.\d+\.\d+$/));
  it.each([
    ['a line of its own', 'require go.k6.io/k6/v2 v2.2.0\n', 'v2.2.0'],
    ['a block', 'tool go.k6.io/k6/v2\n\nrequire (\n\tother v1.0.0\n\tgo.k6.io/k6/v2 v2.3.1 // indirect\n)\n', 'v2.3.1'],
  ])('reads %s', (_, text, version) => expect(pinnedVersion(text)).toBe(version));
  it('says when there is none', () => expect(() => pinnedVersion('module a\n')).toThrow('expected a version'));
});

describe('isVersion()', () => {
  it.each([
    ['k6 v2.2.0 (go1.26.8, linux/amd64)', true],
    ['k6-v2.3.0 v2.3.0 (go1.26.8, linux/amd64)', true],
    ['k6 v2.1.9 (go1.26.8, linux/amd64)', false],
    ['k6 v1.8.1 (commit/devel, go1.25)', false],
    ['not k6', false],
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
    ['     execution: local\n', undefined],
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
    for (const name of scenarioNames) expect(existsSync(join(root, 'scenarios', `${name}.ts`)), name).toBe(true);
  });
  it('never let k6 follow a redirect', () => {
    expect(readFileSync(join(root, 'vu/view.ts'), 'utf8')).toContain('redirects: 0');
    expect(readFileSync(join(root, 'vu/scenario.ts'), 'utf8')).toContain('maxRedirects: 0');
  });
});
