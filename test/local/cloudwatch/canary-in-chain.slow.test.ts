/** The canary as it is built and deployed, in the local chain: its bundle, its environment, its role. */
import { afterEach, expect, it } from 'vitest';
import { listAll } from '../../../local/aws/s3/store.ts';
import type { JsonObject, Template } from '../../../local/aws/template/template.ts';
import { type Chain, startChain } from '../../../local/chain/start-chain.ts';
import { synthesizedTemplate } from '../../fixtures/synthesized-template.ts';

let chain: Chain | undefined;
afterEach(async () => {
  await chain?.stop();
  chain = undefined;
});

/** Building and synthesizing may come first. */
const patient = 240_000;

it('follows 307, 301, 200 with the rights of its role, and leaves nothing behind', {
  timeout: patient,
}, async () => {
  const run = await runOf((template) => template);
  expect(run).toMatchObject({
    CanaryFailures: 0,
    statuses: expect.stringMatching(/^(?:[\w.]+: 307 301 200(?:; |$))+$/),
    faults: '',
    stage: 'staging',
  });
  expect(await keysLeft()).toEqual([]);
  expect(chain?.logs.lines(canaryLog()).join('\n')).not.toContain('could not be removed');
});

it('sees that rules are lost', { timeout: patient }, async () => {
  const run = await runOf((template) =>
    changed(template, /^DerivativesBucket[0-9A-F]{8}$/, ({ WebsiteConfiguration: website, ...rest }) => ({
      ...rest,
      WebsiteConfiguration: { IndexDocument: (website as JsonObject).IndexDocument ?? 'index.html' },
    })),
  );
  expect(run).toMatchObject({ CanaryFailures: 1, statuses: expect.stringMatching(/^(?:[\w.]+: 404(?:; |$))+$/) });
  expect(run.faults).toContain('The hops were 404, expected 307, 301, 200');
});

/** Runs the canary once in a chain of the changed template, and returns its metrics. */
async function runOf(change: (template: Template) => Template): Promise<Record<string, unknown>> {
  chain = await startChain({ templateFile: await synthesizedTemplate('staging'), change });
  const canary = chain.lambdas.find(({ function: { logicalId } }) => logicalId.startsWith('MonitoringCanary'));
  const result = await canary?.invoke(canary.function.arns[0] ?? '', '{}', 'Root=1-0-0');
  expect(result).toMatchObject({ outcome: 'returned' });
  const lines = chain.logs.lines(canaryLog()).filter((line) => line.includes('"CanaryFailures"'));
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0] ?? '');
}

function canaryLog(): string {
  return (
    chain?.lambdas.find(({ function: { logicalId } }) => logicalId.startsWith('MonitoringCanary'))?.function.logGroup ??
    ''
  );
}

async function keysLeft(): Promise<string[]> {
  if (!chain) return [];
  const { store, originals, derivatives } = chain.s3;
  const listed = await Promise.all([originals, derivatives].map((bucket) => listAll(store, bucket)));
  return listed.flat().map(({ key }) => key);
}

function changed(template: Template, id: RegExp, change: (properties: JsonObject) => JsonObject): Template {
  const ids = Object.keys(template.Resources).filter((one) => id.test(one));
  expect(ids).toHaveLength(1);
  const resources = Object.entries(template.Resources).map(([one, resource]) =>
    one === ids[0] ? [one, { ...resource, Properties: change(resource.Properties ?? {}) }] : [one, resource],
  );
  return { ...template, Resources: Object.fromEntries(resources) };
}
