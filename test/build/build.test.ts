import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sizeLimits } from '../../infra/lambda/bundle.ts';
import { runtimeEnvironment } from '../../src/core/runtime-environment.ts';

const script = join(import.meta.dirname, '../../infra/lambda/build.ts');
const folder = mkdtempSync(join(tmpdir(), 'build-'));
afterAll(() => rmSync(folder, { recursive: true }));

const build = (...options: string[]) => spawnSync('node', [script, ...options], { cwd: folder, encoding: 'utf8' });
const filesOf = (out: string) =>
  readdirSync(out, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
const hashesOf = (out: string) =>
  filesOf(out).map((file) => [relative(out, file), createHash('sha256').update(readFileSync(file)).digest('hex')]);

describe.each(['x64', 'arm64'] as const)('the code for linux-%s', (arch) => {
  const out = join(folder, arch, 'resize');
  let printed = '';
  beforeAll(() => {
    printed = execFileSync('node', [script, '--arch', arch, '--out', out], { encoding: 'utf8' });
  });

  test('is the bundle, its licences and the binaries of this one processor', () => {
    const names = filesOf(out).map((file) => relative(out, file));
    expect(names).toContain('index.mjs');
    const packages = new Set(names.map((name) => /^node_modules\/(@img\/[^/]+)/.exec(name)?.[1]).filter(Boolean));
    expect([...packages].sort()).toEqual([`@img/sharp-libvips-linux-${arch}`, `@img/sharp-linux-${arch}`]);
    expect(names.filter((name) => /\.h$|\.map$/.test(name))).toEqual([]);
  });

  test('is the same, byte for byte, when it is built again', () => {
    const again = join(folder, `${arch}-again`, 'resize');
    execFileSync('node', [script, '--arch', arch, '--out', again]);
    expect(hashesOf(again)).toEqual(hashesOf(out));
    expect(hashesOf(out).length).toBeGreaterThan(5);
  });

  test('can be read by a user who does not own it', () => {
    for (const file of filesOf(out)) expect(statSync(file).mode & 0o777, file).toBe(0o644);
  });

  test('is within the size limits, and the build prints both sizes', () => {
    const [bytes = 0, zipped = 0] = [...printed.matchAll(/([\d.]+) MB/g)].map((match) => Number(match[1]) * 1e6);
    expect(bytes).toBeGreaterThan(10e6);
    expect(bytes).toBeLessThanOrEqual(sizeLimits[arch].bytes);
    expect(zipped).toBeGreaterThan(5e6);
    expect(zipped).toBeLessThanOrEqual(sizeLimits[arch].zipBytes);
  });

  test('has the variables of the process beside it', () => {
    expect(JSON.parse(readFileSync(join(out, '../environment.json'), 'utf8'))).toEqual(runtimeEnvironment);
  });

  test('carries the version of package.json', () => {
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
    expect(readFileSync(join(out, 'index.mjs'), 'utf8').includes(`serviceVersion:"${version}"`)).toBe(true);
  });
});

describe('the bundled sharp', () => {
  // Decodes an image given on standard input, and says where the process has found its modules.
  const entry = join(folder, 'entry.ts');
  const out = join(folder, 'stand-in', 'resize');
  beforeAll(() => {
    const sharpModule = join(import.meta.dirname, '../../node_modules/sharp/dist/index.mjs');
    writeFileSync(
      entry,
      `import sharp from ${JSON.stringify(sharpModule)};
       import { buffer } from 'node:stream/consumers';
       const { width } = await sharp(await buffer(process.stdin)).resize(20).avif().toBuffer({ resolveWithObject: true }).then(({ info }) => info);
       console.log(JSON.stringify({ width, shared: process.report.getReport().sharedObjects.filter((path) => path.includes('vips')) }));`,
    );
    execFileSync('node', [script, '--arch', process.arch, '--out', out, '--entry', entry]);
  });

  test('finds its binaries beside the bundle, without a node_modules above it', async () => {
    const input = await sharp({ create: { width: 40, height: 30, channels: 3, background: 'red' } })
      .jpeg()
      .toBuffer();
    const printed = execFileSync('node', [join(out, 'index.mjs')], { cwd: folder, input, encoding: 'utf8' });
    const { width, shared } = JSON.parse(printed);
    expect(width).toBe(20);
    expect(shared.length).toBeGreaterThan(0);
    for (const path of shared) expect(path).toContain(out);
  });
});

describe("the bundled handler's start", () => {
  const out = join(folder, 'start', 'resize');
  const variables = {
    ...{ PATH: process.env.PATH, AWS_REGION: 'us-east-1', STAGE: 'test', LOCATION_ENCODING: 'once' },
    ...{ ORIGINALS_BUCKET: 'originals', DERIVATIVES_BUCKET: 'derivatives', IMAGE_BASE_URL: 'https://img.example.com' },
  };
  const evaluate = (code: string) =>
    JSON.parse(
      execFileSync('node', ['--input-type=module', '--eval', code, join(out, 'index.mjs')], {
        env: variables,
        encoding: 'utf8',
      }),
    );
  beforeAll(() => {
    execFileSync('node', [script, '--arch', process.arch, '--out', out]);
  });

  test('offers the handler', () => {
    const code = 'const { handler } = await import(process.argv[1]); console.log(JSON.stringify(typeof handler))';
    expect(evaluate(code)).toBe('function');
  });

  test('does not load the WebSocket client that an import of node:http brings', () => {
    const loaded: string[] = evaluate(
      'await import(process.argv[1]); console.log(JSON.stringify(process.moduleLoadList))',
    );
    expect(loaded).toContain('NativeModule https');
    expect(loaded.filter((name) => name.includes('undici/undici'))).toEqual([]);
    // The control: this is what it looks like when it is loaded.
    const control: string[] = evaluate(
      "await import('node:http'); console.log(JSON.stringify(process.moduleLoadList))",
    );
    expect(control.filter((name) => name.includes('undici/undici'))).not.toEqual([]);
  });

  test('leaves out the ways to credentials that a Lambda does not have', () => {
    const code = readFileSync(join(out, 'index.mjs'), 'utf8');
    const found = ['AWS_ACCESS_KEY_ID', 'AWS_CONTAINER_CREDENTIALS', 'sso_start_url'].filter((word) =>
      code.includes(word),
    );
    expect(found).toEqual(['AWS_ACCESS_KEY_ID']);
  });
});

describe('a build that is asked wrongly', () => {
  test.each([
    [[], '--arch is "", expected one of x64, arm64'],
    [['--arch', 'riscv64'], '--arch is "riscv64", expected one of x64, arm64'],
    [['--arch', 'x64', '--fast'], "Unknown option '--fast'"],
  ])('%j fails and says what was expected', (options, message) => {
    const { status, stderr } = build(...options);
    expect(stderr).toContain(message);
    expect(status).toBe(1);
  });

  test('explains itself on --help', () => {
    const { status, stdout } = build('--help');
    expect(stdout).toContain('--arch x64|arm64');
    expect(status).toBe(0);
  });
});
