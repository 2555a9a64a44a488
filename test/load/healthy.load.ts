/** Every scenario passes on a healthy chain, leaves nothing behind and gives on-call nothing to do. */
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findK6 } from '../../loadtest/run/k6-binary.ts';
import { gate, type ScenarioName } from '../../loadtest/scenario-table.ts';
import type { Template } from '../../local/aws/template/template.ts';
import type { Chain } from '../../local/chain/start-chain.ts';
import { withThrottle } from './fault-table.ts';
import { loadChain, makeCorpus } from './started-load.ts';

let corpusFolder: string;
beforeAll(async () => {
  await findK6((line) => console.log(line));
  corpusFolder = await makeCorpus();
});
afterAll(() => rmSync(corpusFolder, { recursive: true, force: true }));

/** Sums of the metrics that the Lambda has written to its log. */
function counted(chain: Chain, metric: string): number {
  const lines = chain.logs.lines(chain.lambda.function.logGroup);
  return lines
    .map(String)
    .reduce((sum, line) => sum + Number(new RegExp(`"${metric}":(\\d+)`).exec(line)?.[1] ?? 0), 0);
}

describe('a load test of a healthy chain', () => {
  it.each<[string, readonly ScenarioName[]]>([
    ['the gate', gate],
    ['a herd', ['herd']],
    ['replaced originals', ['replaced']],
    ['a soak, shortened', ['soak']],
  ])('passes with %s', async (_, scenarios) => {
    const { report, chain } = await loadChain({ scenarios, corpusFolder });
    // On a machine that others use latencies may warn; nothing else may.
    const { findings, verdict, swept } = report;
    expect(findings.filter(({ level }) => level === 'fail' || level === 'void')).toEqual([]);
    expect(['PASS', 'WARN'], verdict.line).toContain(verdict.word);
    expect(verdict.exitCode).toBe(0);
    expect(report.scenarios.map(({ name }) => name)).toEqual(scenarios);
    for (const { views, planned } of report.scenarios) expect(views).toBeGreaterThanOrEqual(Math.floor(planned * 0.9));
    expect(swept).toMatchObject({ originals: expect.any(Number), derivatives: expect.any(Number) });

    expect(counted(chain, 'ResizeRequests')).toBeGreaterThan(0);
    // What wakes somebody up: none of it may come from a load test.
    expect(counted(chain, 'LoopSuspects')).toBe(0);
    expect(counted(chain, 'Faults')).toBe(0);
  });

  it('passes above the capacity, and says that 429 was right', async () => {
    const capacity = { apiRate: 1, apiBurst: 2, reservedConcurrency: 4 };
    const fault = { change: (template: Template) => withThrottle(template, capacity.apiBurst, capacity.apiRate) };
    const { report } = await loadChain({ scenarios: ['cold-miss'], capacity, corpusFolder, fault });
    expect(report.findings.filter(({ level }) => level === 'fail' || level === 'void')).toEqual([]);
    expect(report.findings).toContainEqual(expect.objectContaining({ level: 'note', code: 'over-capacity' }));
    expect(report.verdict.exitCode).toBe(0);
  });
});
