/** Every scenario passes on a healthy chain, leaves no objects behind and sets off no alarm. */
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findK6 } from '../../loadtest/run/k6-binary.ts';
import { gate, type ScenarioName } from '../../loadtest/scenario-table.ts';
import type { Chain } from '../../local/chain/start-chain.ts';
import { throttleApi } from '../../local/faults/catalogue.ts';
import { loadChain, makeCorpus } from './started-load.ts';

let corpusFolder: string;
beforeAll(async () => {
  await findK6((line) => console.log(line));
  corpusFolder = await makeCorpus();
});
afterAll(() => rmSync(corpusFolder, { recursive: true, force: true }));

/** Returns the sum of a metric in the Lambda's log. */
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
    // Other programs use this machine, too, so latencies may warn.
    const { findings, verdict, swept } = report;
    expect(findings.filter(({ level }) => level === 'fail' || level === 'invalid')).toEqual([]);
    expect(['PASS', 'WARN'], verdict.line).toContain(verdict.word);
    expect(verdict.exitCode).toBe(0);
    expect(report.scenarios.map(({ name }) => name)).toEqual(scenarios);
    for (const { views, planned } of report.scenarios) expect(views).toBeGreaterThanOrEqual(Math.floor(planned * 0.9));
    expect(swept).toMatchObject({ originals: expect.any(Number), derivatives: expect.any(Number) });

    expect(counted(chain, 'ResizeRequests')).toBeGreaterThan(0);
    // These set off alarms.
    expect(counted(chain, 'LoopSuspects')).toBe(0);
    expect(counted(chain, 'Faults')).toBe(0);
  });

  it('passes above the capacity, where 429 is right', async () => {
    const capacity = { apiRate: 1, apiBurst: 2, reservedConcurrency: 4 };
    const fault = { change: throttleApi(capacity.apiBurst, capacity.apiRate) };
    const { report } = await loadChain({ scenarios: ['cold-miss'], capacity, corpusFolder, fault });
    expect(report.findings.filter(({ level }) => level === 'fail' || level === 'invalid')).toEqual([]);
    expect(report.findings).toContainEqual(expect.objectContaining({ level: 'note', code: 'over-capacity' }));
    expect(report.verdict.exitCode).toBe(0);
  });
});
