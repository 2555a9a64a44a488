/** `make e2e TARGET=FILE`: the examples on a chain that runs already, as one on AWS does. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../local/temporary-folder.ts';
import { startChainUnderTest, startMilliseconds } from './chain-under-test.ts';
import { exampleRowsOf } from './examples.ts';

const root = join(import.meta.dirname, '../..');
const folder = temporaryFolder();
const targetFile = join(folder, 'target.json');

interface Report {
  readonly testResults: readonly { readonly assertionResults: readonly { title: string; status: string }[] }[];
}

/** What came of each example, failures included. */
async function e2e(): Promise<readonly { title: string; status: string }[]> {
  // As from a shell: what vitest tells its workers would change the vitest that is started here.
  const own = Object.entries(process.env).filter(([name]) => !/^(VITEST|TEST$|NODE_ENV)/.test(name));
  const env = { ...Object.fromEntries(own), E2E_TARGET: targetFile };
  const reportFile = join(folder, 'report.json');
  const args = ['run', 'test/chain/e2e.test.ts', '--reporter=json', `--outputFile=${reportFile}`];
  await promisify(execFile)(join(root, 'node_modules/.bin/vitest'), args, { cwd: root, env });
  const report: Report = JSON.parse(readFileSync(reportFile, 'utf8'));
  return report.testResults.flatMap(({ assertionResults }) => assertionResults);
}

it('make e2e asks a running chain for everything but faults of its store, shows those as left out, and tidies up', {
  timeout: startMilliseconds,
}, async () => {
  const under = await startChainUnderTest({ targetFile });
  try {
    const results = await e2e();
    const leftOut = results.filter(({ status }) => status === 'skipped');
    const exampleRows = exampleRowsOf('image-host');
    const faults = exampleRows.filter(({ fault }) => fault);
    expect(leftOut.map(({ title }) => title).sort()).toEqual(faults.map(({ name }) => name).sort());
    expect(results.filter(({ status }) => status === 'passed')).toHaveLength(exampleRows.length - faults.length);
    expect(await under.derivativeKeys()).toEqual([]);
  } finally {
    await under.stop();
  }
});
