import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { caps } from '../../../loadtest/run/caps.ts';
import { refusals } from '../../../loadtest/run/guard.ts';
import { isLocal, readTarget, type Target } from '../../../loadtest/run/target.ts';
import type { ScenarioName } from '../../../loadtest/scenario-table.ts';

const local: Target = {
  target: 'local',
  stage: 'staging',
  region: 'us-east-1',
  imageUrl: 'http://127.0.0.1:8080',
  apiUrl: 'http://127.0.0.1:8081/resize',
  buckets: { originals: 'a', derivatives: 'b' },
  s3: { endpoint: 'http://127.0.0.1:8083', profile: 'resize-on-miss-local' },
};
const { s3: _, ...onAws } = {
  ...local,
  target: 'staging',
  imageUrl: 'https://img.example.com',
  apiUrl: 'https://api.example.com/resize',
};
const demand = { requestsPerSecond: 10, seconds: 60, requests: 600 };
const run = { target: local, confirmed: undefined, demands: [demand], dollars: 0.1, plans: [] };

describe('refusals()', () => {
  it('let a run on this machine start without asking', () => expect(refusals(run)).toEqual([]));

  it.each<[string, Target, string | undefined]>([
    ['a target on AWS that nobody has confirmed', onAws, undefined],
    ['a confirmation of another host', onAws, 'img.example.org'],
    ['a confirmation by the name of the target', onAws, 'staging'],
    ['an image host on AWS behind a local API', { ...local, imageUrl: onAws.imageUrl }, undefined],
    ['an API on AWS behind a local image host', { ...local, apiUrl: onAws.apiUrl }, undefined],
    [
      'buckets on AWS behind local entryPoints',
      { ...onAws, imageUrl: local.imageUrl, apiUrl: local.apiUrl },
      undefined,
    ],
    ['an address of the same network', { ...local, imageUrl: 'http://192.168.1.4:8080' }, undefined],
  ])('stop %s', (_, target, confirmed) => {
    expect(refusals({ ...run, target, confirmed })).toEqual([expect.stringContaining('CONFIRM_TARGET')]);
  });

  it('let a target on AWS start whose host was written out', () => {
    expect(refusals({ ...run, target: onAws, confirmed: 'img.example.com' })).toEqual([]);
  });

  it.each<[string, Partial<typeof run>]>([
    ['requests a second', { demands: [demand, { ...demand, requestsPerSecond: caps.requestsPerSecond + 1 }] }],
    ['minutes', { demands: [demand, { ...demand, seconds: 60 * caps.minutes }] }],
    ['requests', { demands: [demand, { ...demand, requests: caps.requests }] }],
    ['dollars', { dollars: caps.dollars + 0.01 }],
  ])('stop too many %s, on any target', (what, more) => {
    expect(refusals({ ...run, ...more })).toEqual([expect.stringMatching(`^${what}: `)]);
  });
});

const arrivalsOf = (seconds: number) =>
  ({ kind: 'arrivals', fromPerMinute: 60, steps: [{ seconds, perMinute: 60 }] }) as const;

describe('refusals() of what would wake somebody up', () => {
  const onStaging = { ...run, target: onAws, confirmed: 'img.example.com' };
  const plan = (scenario: ScenarioName, throttled: number, seconds: number) => ({
    scenario,
    throttled,
    load: arrivalsOf(seconds),
  });

  it('let one scenario go above the capacity, but not two', () => {
    const one = [plan('cold-miss', 90, 55), plan('warm-hit', 0, 55)];
    expect(refusals({ ...onStaging, plans: one })).toEqual([]);
    const two = [...one, plan('replaced', 40, 55)];
    expect(refusals({ ...onStaging, plans: two })).toEqual([expect.stringContaining('cold-miss and replaced')]);
    expect(refusals({ ...run, plans: two })).toEqual([]);
  });

  it('let hostile requests come for two minutes, but not for longer', () => {
    expect(refusals({ ...onStaging, plans: [plan('hostile', 0, 120)] })).toEqual([]);
    expect(refusals({ ...onStaging, plans: [plan('hostile', 0, 1800)] })).toEqual([expect.stringContaining('1800 s')]);
  });
});

describe('isLocal()', () => {
  it('holds for a chain whose every part is on this machine', () => {
    expect(isLocal(local)).toBe(true);
    expect(isLocal(onAws)).toBe(false);
  });
});

describe('readTarget()', () => {
  const folder = mkdtempSync(join(tmpdir(), 'targets-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const written = (text: string) => {
    const file = join(folder, 'target.json');
    writeFileSync(file, text);
    return file;
  };

  it('reads the file that deploy and dev write', () => {
    expect(readTarget(written(JSON.stringify(onAws)))).toEqual(onAws);
  });

  it.each<[string, string, RegExp]>([
    ['what is no JSON', 'imageUrl: x', /target\.json is no JSON .*: expected a target file/],
    [
      'an address that is none',
      JSON.stringify({ ...onAws, apiUrl: 'api' }),
      /apiUrl is "api", expected an http address/,
    ],
    [
      'a target without a region',
      JSON.stringify({ ...onAws, region: undefined }),
      /region is undefined, expected a name/,
    ],
    ['half of the buckets', JSON.stringify({ ...onAws, buckets: { originals: 'a' } }), /expected originals and deriv/],
  ])('refuses %s', (_, text, words) => {
    expect(() => readTarget(written(text))).toThrow(words);
  });

  it('says what it looked for', () => {
    expect(() => readTarget('nowhere')).toThrow(/There is no target "nowhere" .*expected the name of an environment/);
    expect(() => readTarget('./no/such/file.json')).toThrow('expected');
  });
});
