import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { Stage } from 'aws-cdk-lib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mayDestroy } from '../../infra/commands/may-destroy.ts';
import { compareTemplates } from '../../infra/commands/template-diff.ts';
import { targetFrom } from '../../infra/deployed-target.ts';
import {
  comparePresets,
  definitionsFrom,
  placeholderIds,
  presetWarnings,
  removedTooEarly,
} from '../../infra/preset-definitions.ts';
import { config, type Preset } from '../../src/config.ts';
import { onlyOf, plainStaging, resourcesOf, stackOf, type Tree } from './synthesized.ts';

const root = join(import.meta.dirname, '../..');
let folder: string;
/** Staging as it ships, and prod after two rotations of the secret. */
let staging: Synthesized;
let rotated: Synthesized;

interface Synthesized {
  readonly stack: string;
  readonly directory: string;
  readonly template: Tree;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'commands-'));
  staging = synthesize(stackOf({ withoutMonitoring: [] }));
  rotated = synthesize(stackOf({ stage: 'prod', secretGeneration: 3 }));
});
afterAll(() => {
  for (const directory of [folder, staging.directory, rotated.directory]) rmSync(directory, { recursive: true });
});

function synthesize(stack: ReturnType<typeof stackOf>): Synthesized {
  const assembly = Stage.of(stack)?.synth();
  if (!assembly) throw new Error('The stack is in no app');
  const { template } = assembly.getStackArtifact(stack.artifactId);
  return { stack: stack.stackName, directory: assembly.directory, template };
}

/** What a deploy over a changed template would do. */
function compare({ template }: Synthesized, change: (before: Tree) => void) {
  const before = structuredClone(template);
  change(before);
  return compareTemplates(before, template);
}

/** As if another version of the Lambda were deployed. */
function withOlderVersion(before: Tree): void {
  const version = onlyOf(before, 'AWS::Lambda::Version');
  before.Resources[version.id.replace(/.{8}$/, 'aaaaaaaa')] = before.Resources[version.id];
  delete before.Resources[version.id];
}

test('new code alone destroys nothing: the version that it leaves behind does not count', () => {
  const { destructive, summary } = compare(staging, withOlderVersion);
  expect(destructive).toEqual([]);
  expect(summary).toEqual([
    '1 added, 0 changed, 0 destroyed, replaced or orphaned:',
    expect.stringContaining('a new version'),
  ]);
});

test('a bucket that the new template does not have is orphaned, with new code or without', () => {
  const { destructive, summary } = compare(staging, (before) => {
    withOlderVersion(before);
    const originals = onlyOf(before, 'AWS::S3::Bucket', 'Originals');
    before.Resources.OtherBucket = before.Resources[originals.id];
  });
  expect(destructive).toEqual([expect.stringMatching(/^S3::Bucket \S+ would be orphaned$/)]);
  expect(summary[1]).toMatch(/^ {2}ORPHANED S3::Bucket/);
});

test('a resource that would be replaced counts as destroyed', () => {
  const { destructive } = compare(staging, (before) => {
    Object.assign(resourcesOf(before, 'AWS::CloudFront::Function')[0]?.Properties, { Name: 'another-name' });
  });
  expect(destructive).toEqual([expect.stringMatching(/^CloudFront::Function \S+ would be (possibly )?replaced$/)]);
});

test('nothing changed is nothing to report', () => {
  const { destructive, summary } = compare(staging, () => {});
  expect({ destructive, summary }).toEqual({ destructive: [], summary: ['No resource would change.'] });
});

function printed(print: (output: Writable) => void): string {
  const chunks: string[] = [];
  print(
    new Writable({
      write(chunk, _, done) {
        chunks.push(String(chunk));
        done();
      },
    }),
  );
  return chunks.join('');
}

test('a summary has at most 20 lines, and the details no dashboard body', () => {
  const everything = compareTemplates(undefined, staging.template);
  expect(everything.summary.length).toBeLessThanOrEqual(20);
  const { summary, print } = compare(staging, ({ Resources }) => {
    for (const resource of Object.values<Tree>(Resources)) {
      if (resource.Type === 'AWS::CloudWatch::Dashboard') resource.Properties.DashboardBody = '{"widgets":[]}';
    }
  });
  expect(summary.join()).toContain('changed CloudWatch::Dashboard');
  const details = printed(print);
  expect(details).toContain('0 widgets');
  expect(Math.max(...details.split('\n').map((line) => line.length))).toBeLessThan(300);
});

test.each([
  ['a rotation removes the secret of two generations ago, as planned', { from: [1, 2] }, 0],
  ['a rotation that skips a generation removes the secret that CloudFront sends now', { from: [1] }, 1],
  ['a rotation backwards does so too', { from: [3, 4] }, 1],
])('%s', (_, { from }, destroyed) => {
  const { destructive } = compare(rotated, ({ Resources }) => {
    const all = resourcesOf(rotated.template, 'AWS::SecretsManager::Secret');
    const secrets = all.filter(({ id }) => id.startsWith('WebsiteSecret'));
    const [some] = secrets;
    const idOf = (generation: number) =>
      secrets.find(({ id }) => id.startsWith(`WebsiteSecretGeneration${generation}`))?.id ??
      `WebsiteSecretGeneration${generation}0123ABCD`;
    for (const { id } of secrets) delete Resources[id];
    for (const generation of from) Resources[idOf(generation)] = some;
  });
  expect(destructive).toHaveLength(destroyed);
});

test('a changed preset is warned of, with the commands for its derivatives in each format', () => {
  const now = definitionsFrom(config);
  const before = {
    ...now,
    presets: { ...now.presets, '200x200': { ...config.presets['200x200'], position: 'centre' as const } },
  };
  const [warning, ...others] = presetWarnings(
    comparePresets(before, now),
    { derivativesBucket: 'derivatives-of-ours', distributionId: 'E111' },
    config.cache,
  );
  expect(others).toEqual([]);
  expect(warning).toContain('200x200.webp: position: "centre" -> "attention"');
  expect(warning).toContain('up to 90 days');
  expect(warning).toContain('aws s3 rm --recursive --only-show-errors s3://derivatives-of-ours/200x200.avif/\n');
  expect(warning).toContain(
    "aws cloudfront create-invalidation --distribution-id E111 --paths '/200x200/*' '/200x200.webp/*' '/200x200.avif/*' '/200x200.auto/*'",
  );
});

test('a new preset asks for an invalidation, a removed one for what is left of it, and no change for nothing', () => {
  const now = definitionsFrom(config);
  const { '48x48': _, ...fewer } = now.presets;
  const without = { ...now, presets: fewer };
  const warnings = (before: typeof without, after: typeof without) =>
    presetWarnings(comparePresets(before, after), placeholderIds, config.cache);
  expect(warnings(without, now)).toEqual([
    expect.stringMatching(/are new[\s\S]*--distribution-id <DistributionId> --paths '\/48x48\/\*'/),
  ]);
  expect(warnings(without, now)[0]).not.toContain('aws s3 rm');
  expect(warnings(now, without)).toEqual([expect.stringMatching(/removed[\s\S]*s3:\/\/<DerivativesBucket>\/48x48\//)]);
  expect(warnings(now, now)).toEqual([]);
});

test('a name to which the deployed edge still leads viewers is not removed', () => {
  const { '200x200': square, ...others } = config.presets;
  const now = definitionsFrom(config);
  const as = (change: Partial<Preset>) => ({
    ...now,
    presets: { ...now.presets, '200x200': { ...square, ...change } },
  });
  const without = as({ formats: ['webp', 'avif'] });
  expect(removedTooEarly(now, without)).toEqual([expect.stringMatching(/^200x200\.auto: .*"negotiate: false" first$/)]);
  expect(removedTooEarly(now, as({ formats: ['auto'] }))).toEqual([expect.stringContaining('200x200.webp')]);
  const off = as({ negotiate: false });
  expect(removedTooEarly(now, off)).toEqual([]);
  expect(removedTooEarly(off, without)).toEqual([]);
  // Without the preset itself its viewers get a 404 anyway.
  expect(removedTooEarly(now, { ...now, presets: others })).toEqual([]);
  expect(comparePresets(now, off).changed).toEqual([]);
});

const outputs = {
  ImageUrl: 'https://d111.cloudfront.net',
  UploadBucket: 'originals-of-ours',
  ApiUrl: 'https://abc.execute-api.us-east-1.amazonaws.com/resize',
  WebsiteUrl: 'http://derivatives-of-ours.s3-website-us-east-1.amazonaws.com',
  DerivativesBucket: 'derivatives-of-ours',
  FunctionName: 'resize',
  AliasName: 'live',
  DistributionId: 'E111',
};

test('the target file says where everything is, and holds no secret', () => {
  expect(targetFrom(outputs, plainStaging)).toEqual({
    target: 'staging',
    stage: 'staging',
    region: 'us-east-1',
    imageUrl: outputs.ImageUrl,
    apiUrl: outputs.ApiUrl,
    websiteUrl: outputs.WebsiteUrl,
    buckets: { originals: 'originals-of-ours', derivatives: 'derivatives-of-ours' },
    function: { name: 'resize', alias: 'live' },
    distributionId: 'E111',
  });
});

test('every output that the target needs is one that the stack has', () => {
  const told = Object.fromEntries(Object.keys(staging.template.Outputs).map((name) => [name, 'x']));
  expect(() => targetFrom(told, plainStaging)).not.toThrow();
  const { FunctionName: _, ...old } = outputs;
  expect(() => targetFrom(old, plainStaging)).toThrow('The stack has no output FunctionName');
});

const prod = { ...plainStaging, stage: 'prod' } as const;

test('destroy asks in a terminal, and goes on for who names the stack', () => {
  expect(mayDestroy(plainStaging, '', true)).toBe('ask');
  expect(mayDestroy(plainStaging, 'ResizeOnMiss-staging', false)).toBe('yes');
  expect(mayDestroy(prod, 'ResizeOnMiss-prod', false)).toBe('yes');
});

test.each([
  ['prod without its name', prod, '', true, 'refuses prod'],
  ['prod by the name of staging', prod, 'ResizeOnMiss-staging', true, 'expected ResizeOnMiss-prod'],
  ['staging where nobody can be asked', plainStaging, '', false, 'There is no terminal'],
] as const)('destroy refuses %s, and says the command that would do', (_, environment, confirmed, isTerminal, says) => {
  expect(() => mayDestroy(environment, confirmed, isTerminal)).toThrow(says);
  expect(() => mayDestroy(environment, confirmed, isTerminal)).toThrow(`CONFIRM=ResizeOnMiss-${environment.stage}`);
});

test.each([
  ['diff', [], 'ENV is "", expected staging or prod: make diff ENV=staging'],
  ['deploy', ['--env', 'test'], 'ENV is "test", expected staging or prod'],
  ['deploy', ['--env', 'staging', '--accept', 'all'], 'ACCEPT is "all", expected destructive or nothing'],
  ['hotswap', ['--env', 'prod'], 'make hotswap refuses prod'],
  ['destroy', ['--env', 'prod'], 'make destroy refuses prod'],
  ['deploy', ['--env', 'staging'], 'The program "aws" is not installed'],
])('make %s %j stops in one line', (name, args, says) => {
  const run = () =>
    execFileSync(process.execPath, [join(root, 'infra/commands', `${name}.ts`), ...args], {
      encoding: 'utf8',
      stdio: 'pipe',
      // No program can be found here, so nothing can be changed anywhere.
      env: { PATH: folder },
    });
  expect(run).toThrow(says);
});
