/** Runbooks lead to the cause: their own queries and commands, on the logs and at the endpoints of a chain that is broken so. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { runQuery } from '../../local/aws/cloudwatch/insights/run-query.ts';
import { findIncident, incidents } from '../../local/rehearse/incidents.ts';
import { type Load, night } from '../../local/rehearse/load.ts';
import { type Scene, startScene } from '../../local/rehearse/scene.ts';
import { view } from '../../local/rehearse/viewer.ts';
import { synthesizedTemplate } from '../fixtures/synthesized-template.ts';

/** Building and synthesizing may come first, and the machine may be busy. */
const patient = { timeout: 600_000 };
/** A log says nothing of rates: few viewers do. */
const few: Load = { ...night, fresh: 4, known: 20 };
const nobody: Load = { fresh: 0, large: 0, known: 0, elsewhere: 0, missing: 0, unlisted: 0 };
const canaryMinutes = 5;
const hourMilliseconds = 60 * 60 * 1000;

let scene: Scene | undefined;
afterEach(async () => {
  await scene?.stop();
  scene = undefined;
});

it('redirect-loop: names the looping keys, and one of them shows what kind it is', patient, async () => {
  const { edge } = (await brokenBy('redirect-loop', 6)).chain;
  const keys = ask('redirect-loop', 'Is it real');
  expect(keys.length).toBeGreaterThan(0);
  const [worst] = keys;
  expect(Number(worst?.calls)).toBeGreaterThan(1);
  expect(Number(worst?.youngestSeconds)).toBeGreaterThanOrEqual(60);

  const path = String(worst?.key).split('/').map(encodeURIComponent).join('/');
  const answer = await fetch(`${edge.address}/${worst?.preset}/${path}`, { method: 'HEAD', redirect: 'manual' });
  expect([answer.status, answer.headers.get('x-cache')]).toEqual([307, 'Hit from cloudfront']);
  expect(section('redirect-loop', 'Find it')).toContain('307 with `x-cache: Hit` | kept redirect');
});

it(
  'lost-redirects: names the addresses, shows that the Lambda never met them, and how to stop it',
  patient,
  async () => {
    const { edge } = (await brokenBy('lost-redirects', 6)).chain;
    const [address] = ask('lost-redirects', 'Is it real');
    expect(address?.uri).toMatch(/^\/48x48\/long-ago\/\d+\.jpg$/);
    expect(Number(address?.redirects)).toBeGreaterThan(10);

    const key = String(address?.uri).replace('/48x48/', '');
    expect(ask('lost-redirects', 'Is it real', 1, (query) => query.replace('profile/ann.jpg', key))).toEqual([]);
    expect(await view(`${edge.address}${address?.uri}`)).toEqual([307, 301, 200]);
    expect(await view(`${edge.address}${address?.uri}`)).toEqual([200]);
  },
);

it(
  'secret-drift: the canary tells the status, and the first command of edge-forbidden the cause',
  patient,
  async () => {
    const { edge } = (await brokenBy('secret-drift', 11)).chain;
    const [walk] = ask('canary-failing', 'Is it real');
    expect([walk?.CanaryFailures, walk?.statuses]).toEqual([1, '403']);
    expect(section('canary-failing', 'Find it')).toContain('`403` | [edge-forbidden](edge-forbidden.md)');

    const asked = await fetch(`${edge.address}/48x48/nobody-has-asked-for-this-1.jpg`, { method: 'HEAD' });
    expect(asked.status).toBe(403);
  },
);

it('memory-too-small: the log of the Lambda tells how its runs have ended', patient, async () => {
  await brokenBy('memory-too-small', 1);
  const [ended] = ask('lambda-errors', 'Is it real');
  expect(ended).toMatchObject({ 'record.status': 'error', 'record.errorType': 'Runtime.OutOfMemory', memoryMB: 128 });
});

/** What the canary meets, as its runbook has it in a row that says where to go on. */
const met = {
  'redirect-loop': ['`307 301 307 …`', /^307 301 307 200$/],
  'key-encoding': ['`307 404`', /^307 404$/],
  'secret-drift': ['`403`', /^403$/],
  'rules-lost': ['`404`', /^404$/],
  'originals-forbidden': ['`307 500`', /^307 500$/],
  'lambda-throttled': ['`307 503`', /^307 503$/],
  'api-throttled': ['`307 429`', /^307 429$/],
  'broken-derivatives': ['`307 301 200` and "no whole JPEG"', /^307 301 200$/],
} as const;

it('canary-failing: has a row for what the canary meets in each incident that it sees', patient, async () => {
  const seen = [...incidents].filter(([, { pages }]) => pages.includes('canary-failing')).map(([name]) => name);
  expect(Object.keys(met).sort()).toEqual(seen.sort());

  scene = await startScene({ templateFile: await synthesizedTemplate('staging') });
  // The first walk comes when its rate has passed once.
  await scene.playMinute(nobody);
  for (const [name, [row, statuses]] of Object.entries(met)) {
    const fault = await findIncident(name).faultIn(scene);
    await fault.inject();
    // One more call, which takes what the throttle of an API lets through.
    for (let minute = 0; minute < canaryMinutes; minute += 1) await scene.playMinute({ ...nobody, fresh: 1 });
    await fault.heal();
    const [walk] = ask('canary-failing', 'Is it real');
    expect(walk, name).toMatchObject({ CanaryFailures: 1, statuses: expect.stringMatching(statuses) });
    expect(section('canary-failing', 'Find it'), name).toContain(row);
    if (name === 'broken-derivatives') expect(walk?.faults).toContain('no whole JPEG');
  }
});

/** A chain in which this has stood for so many minutes. */
async function brokenBy(name: string, minutes: number): Promise<Scene> {
  scene = await startScene({ templateFile: await synthesizedTemplate('staging') });
  const fault = await findIncident(name).faultIn(scene);
  for (let minute = 0; minute < 2; minute += 1) await scene.playMinute(few);
  await fault.inject();
  const load = { ...few, ...findIncident(name).load };
  for (let minute = 0; minute < minutes; minute += 1) await scene.playMinute(load, fault.meanwhile);
  return scene;
}

function section(runbook: string, heading: string): string {
  const text = readFileSync(join(import.meta.dirname, `../../docs/runbooks/${runbook}.md`), 'utf8');
  return text.split('\n## ').find((part) => part.startsWith(heading)) ?? '';
}

/** Runs a query of a runbook's section on the last hour of the log that it names. */
function ask(runbook: string, heading: string, index = 0, change = (query: string) => query) {
  if (!scene) throw new Error('There is no chain to ask');
  const { chain } = scene;
  const queries = [...section(runbook, heading).matchAll(/```insights (\w+)\n([\s\S]*?)```/g)];
  const [, log = '', query = ''] = queries[index] ?? [];
  const canary = chain.lambdas.find(({ function: fn }) => fn !== chain.lambda.function);
  const groups: Readonly<Record<string, string | undefined>> = {
    resize: chain.lambda.function.logGroup,
    canary: canary?.function.logGroup,
    edge: chain.logs.groups().find((group) => group.startsWith('/aws/cloudfront/function/')),
  };
  const since = chain.clock.now() - hourMilliseconds;
  const lines = chain.cloudWatch.linesOf(groups[log] ?? '').filter(({ atMilliseconds }) => atMilliseconds >= since);
  return runQuery(`SOURCE '${log}' | ${change(query)}`, () => lines).rows;
}
