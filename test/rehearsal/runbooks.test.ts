/** The queries and commands of runbooks lead to the cause, on the logs and endpoints of a chain with that fault. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { runQuery } from '../../local/aws/cloudwatch/insights/run-query.ts';
import { findIncident, incidents } from '../../local/rehearse/incidents.ts';
import { prepareFault } from '../../local/rehearse/rehearsal.ts';
import { type Rig, startRig } from '../../local/rehearse/rig.ts';
import { night, type Traffic, viewImage } from '../../local/rehearse/traffic.ts';
import { synthesizedTemplate } from '../fixtures/synthesized-template.ts';

/** A build and a synth may come first, and the machine may be busy. */
const patient = { timeout: 600_000 };
/** Logs say nothing about rates, so little traffic is enough. */
const few: Traffic = { ...night, fresh: 4, known: 20 };
const nobody: Traffic = { fresh: 0, large: 0, known: 0, elsewhere: 0, missing: 0, unlisted: 0 };
const canaryMinutes = 5;
const hourMilliseconds = 60 * 60 * 1000;

let rig: Rig | undefined;
afterEach(async () => {
  await rig?.stop();
  rig = undefined;
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
  expect(section('redirect-loop', 'Find it')).toContain('| 307 with `x-cache: Hit` | cached redirect |');
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
    expect(await viewImage(`${edge.address}${address?.uri}`)).toEqual([307, 301, 200]);
    expect(await viewImage(`${edge.address}${address?.uri}`)).toEqual([200]);
  },
);

it(
  'secret-drift: the canary tells the status, and the first command of edge-forbidden the cause',
  patient,
  async () => {
    const { edge } = (await brokenBy('secret-drift', 11)).chain;
    const [run] = ask('canary-failing', 'Is it real');
    expect(run?.CanaryFailures).toBe(1);
    expect(statusesIn(run)).toContain('403');
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

it('purge-stuck: the messages that failed are counted, and the log has their cause', patient, async () => {
  await brokenBy('purge-stuck', 2);
  const [minutes] = ask('purge-failing', 'Is it real');
  expect(Number(minutes?.failures)).toBeGreaterThan(0);
  const [line] = ask('purge-failing', 'Find it');
  expect(JSON.stringify(line)).toMatch(/AccessDenied|access/i);
});

/** The statuses that the canary sees, and the row of its runbook for them. */
const seenByCanary = {
  'redirect-loop': ['`307 301 307 …`', /^307 301 307 200$/],
  'key-encoding': ['`307 404`', /^307 404$/],
  'secret-drift': ['`403`', /^403$/],
  'rules-lost': ['`404`', /^404$/],
  'originals-forbidden': ['`307 500`', /^307 500$/],
  'lambda-throttled': ['`307 503`', /^307 503$/],
  'api-throttled': ['`307 429`', /^307 429$/],
  'broken-derivatives': ['`307 301 200`, and the image is not complete', /^307 301 200$/],
} as const;

it('canary-failing: has a row for what the canary sees in each incident', patient, async () => {
  const seen = [...incidents].filter(([, { pages }]) => pages.includes('canary-failing')).map(([name]) => name);
  expect(Object.keys(seenByCanary).sort()).toEqual(seen.sort());

  for (const apiOn of [undefined, 'own-host'] as const) {
    rig = await startRig({ templateFile: synthesizedTemplate('staging', apiOn) });
    // The canary runs first when its rate has passed once.
    await rig.playMinute(nobody);
    for (const [name, [row, statuses]] of Object.entries(seenByCanary)) {
      if (findIncident(name).apiOn !== apiOn) continue;
      const fault = await prepareFault(findIncident(name), rig);
      await fault.inject();
      // One more call, which takes what the throttle of an API lets through.
      for (let minute = 0; minute < canaryMinutes; minute += 1) await rig.playMinute({ ...nobody, fresh: 1 });
      await fault.repair();
      const [run] = ask('canary-failing', 'Is it real');
      expect(run, name).toMatchObject({ CanaryFailures: 1 });
      expect(statusesIn(run), name).toContainEqual(expect.stringMatching(statuses));
      expect(section('canary-failing', 'Find it'), name).toContain(row);
      if (name === 'broken-derivatives') expect(run?.faults).toContain('no whole');
    }
    await rig.stop();
    rig = undefined;
  }
});

/** The statuses of each view of a canary run, without the preset before them. */
function statusesIn(run: Readonly<Record<string, unknown>> | undefined): string[] {
  return String(run?.statuses)
    .split('; ')
    .map((view) => view.replace(/^\S+: /, ''));
}

/** Returns a chain in which the incident has lasted for so many minutes. */
async function brokenBy(name: string, minutes: number): Promise<Rig> {
  rig = await startRig({ templateFile: await synthesizedTemplate('staging') });
  const fault = await prepareFault(findIncident(name), rig);
  for (let minute = 0; minute < 2; minute += 1) await rig.playMinute(few);
  await fault.inject();
  const traffic = { ...few, ...findIncident(name).traffic };
  for (let minute = 0; minute < minutes; minute += 1) await rig.playMinute(traffic, fault.everyMinute);
  return rig;
}

function section(runbook: string, heading: string): string {
  const text = readFileSync(join(import.meta.dirname, `../../docs/runbooks/${runbook}.md`), 'utf8');
  return text.split('\n## ').find((part) => part.startsWith(heading)) ?? '';
}

/** Runs a query of a runbook's section on the last hour of its log. */
function ask(runbook: string, heading: string, index = 0, change = (query: string) => query) {
  if (!rig) throw new Error('No chain is running');
  const { chain } = rig;
  const queries = [...section(runbook, heading).matchAll(/```insights (\w+)\n([\s\S]*?)```/g)];
  const [, log = '', query = ''] = queries[index] ?? [];
  const logOf = (variable: string) =>
    chain.lambdas.find(({ function: { variables } }) => variable in variables)?.function.logGroup;
  const groups: Readonly<Record<string, string | undefined>> = {
    resize: chain.lambda.function.logGroup,
    canary: logOf('CANARY_PREFIX'),
    purge: logOf('SECOND_PASS_QUEUE_ARN'),
    edge: chain.logs.groups().find((group) => group.startsWith('/aws/cloudfront/function/')),
  };
  const since = chain.clock.now() - hourMilliseconds;
  const lines = chain.cloudWatch.linesOf(groups[log] ?? '').filter(({ atMilliseconds }) => atMilliseconds >= since);
  return runQuery(`SOURCE '${log}' | ${change(query)}`, () => lines).rows;
}
