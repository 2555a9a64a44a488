/** The load test names each fault of a chain. */
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findK6 } from '../../loadtest/run/k6-binary.ts';
import { faultTable } from './fault-table.ts';
import { loadChain, makeCorpus } from './started-load.ts';

let corpusFolder: string;
beforeAll(async () => {
  await findK6((line) => console.log(line));
  corpusFolder = await makeCorpus();
});
afterAll(() => rmSync(corpusFolder, { recursive: true, force: true }));

describe('the verdict of a load test', () => {
  for (const { name, scenario, expects, ...fault } of faultTable) {
    it(`is ${expects.word} with ${expects.code} when ${name}`, async () => {
      const { report } = await loadChain({ scenarios: [scenario], corpusFolder, fault });
      const { verdict, findings } = report;
      expect(verdict.line, JSON.stringify(findings, null, 1)).toContain(
        `${expects.word}: ${expects.code} in ${scenario}`,
      );
      expect(verdict.exitCode).toBe(expects.word === 'WARN' ? 0 : 1);
      expect(report.swept).not.toHaveProperty('error');
    });
  }
});
