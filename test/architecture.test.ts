/** Who may import whom: the arrows of docs/architecture.md, held. */
import { globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

interface Rule {
  /** Files the rule is for: their path begins so. The longest match decides. */
  readonly from: string;
  /** Paths of ours that they may import, by how they begin. */
  readonly ours: readonly string[];
  /** Packages and `node:` modules by how they begin; absent: any. */
  readonly packages?: readonly string[];
}

const pure = { packages: [] } as const;
/** The front end's file is part of the core: it stands alone so that others can copy it. */
const core = ['src/core/', 'src/url.ts'];
/** Read by every command that works on a running chain. */
const target = 'src/target.ts';
/** Writes the generated parts of the docs. */
const generated = 'docs/generated.ts';
/** Files for one outside thing: what decodes and resizes, what encodes, and what need not be encoded. */
const imageAdapters: Readonly<Record<string, readonly string[]>> = {
  'src/adapters/sharp-transformer.ts': ['src/adapters/sharp-encoder.ts', 'src/adapters/without-metadata.ts'],
  'src/adapters/sharp-encoder.ts': ['src/adapters/png-writer.ts'],
  'src/adapters/without-metadata.ts': ['src/adapters/png-writer.ts'],
};
const rules: readonly Rule[] = [
  { from: 'src/config.ts', ours: [], ...pure },
  { from: 'src/metrics.ts', ours: [], ...pure },
  { from: 'src/url.ts', ours: [], ...pure },
  { from: target, ours: [], packages: ['node:'] },
  { from: 'src/core/', ours: ['src/config.ts', ...core], ...pure },
  { from: 'src/ports.ts', ours: [...core, 'src/metrics.ts'], ...pure },
  { from: 'src/follow-redirects.ts', ours: ['src/config.ts', ...core], ...pure },
  { from: 'src/resize-image.ts', ours: ['src/config.ts', ...core, 'src/ports.ts'], ...pure },
  { from: 'src/purge-originals.ts', ours: ['src/config.ts', ...core, 'src/ports.ts'], ...pure },
  { from: 'src/adapters/', ours: ['src/config.ts', ...core, 'src/metrics.ts', 'src/ports.ts'] },
  ...Object.entries(imageAdapters).map(([from, others]) => ({
    from,
    ours: ['src/config.ts', ...core, 'src/ports.ts', ...others],
  })),
  { from: 'src/handler.ts', ours: ['src/config.ts', 'src/create-handler.ts', 'src/adapters/heap-growth.ts'], ...pure },
  { from: 'src/create-handler.ts', ours: ['src/'], packages: ['aws-lambda'] },
  { from: 'src/canary.ts', ours: ['src/'], packages: ['@aws-sdk/client-s3', '@smithy/', 'node:crypto'] },
  {
    from: 'src/purge.ts',
    ours: ['src/'],
    packages: ['@aws-sdk/client-cloudfront', 'aws-lambda', 'node:crypto'],
  },
  { from: generated, ours: [], packages: ['node:'] },
  { from: 'dashboards/', ours: ['dashboards/', 'src/config.ts', 'src/metrics.ts', 'infra/prices.ts'] },
  {
    from: 'infra/',
    ours: ['infra/', 'src/config.ts', 'src/metrics.ts', ...core, 'dashboards/', target, generated],
  },
  // The tag of an original is that of its derivatives' metadata.
  {
    from: 'infra/commands/purge.ts',
    ours: ['infra/', 'src/config.ts', ...core, target, 'src/adapters/s3-image-store.ts'],
  },
  { from: 'infra/prices.ts', ours: [], ...pure },
  { from: 'local/aws/', ours: ['local/aws/'] },
  { from: 'local/chain/', ours: ['local/chain/', 'local/aws/', target] },
  { from: 'local/faults/', ours: ['local/faults/', 'local/chain/', 'local/aws/', target] },
  ...['local/console/', 'local/rehearse/'].map((from) => ({
    from,
    ours: [
      from,
      // Keeps an incident active with the console open.
      ...(from === 'local/rehearse/' ? ['local/console/console.ts'] : []),
      'local/faults/',
      'local/chain/',
      'local/aws/',
      ...core,
      'src/config.ts',
      'src/metrics.ts',
      'src/follow-redirects.ts',
      target,
      generated,
    ],
  })),
  { from: 'local/dev/', ours: ['local/', ...core, 'src/config.ts', 'src/metrics.ts', target] },
  { from: 'loadtest/', ours: ['loadtest/', 'src/config.ts', ...core, 'infra/prices.ts', target] },
  {
    from: 'bench/',
    ours: [
      'bench/',
      'src/config.ts',
      ...core,
      'src/ports.ts',
      'src/resize-image.ts',
      'src/adapters/',
      'infra/prices.ts',
      target,
      generated,
    ],
  },
  // Smoke and e2e see a running chain from outside, deployed or not. To start one, e2e has fixtures.
  { from: 'test/chain/', ours: ['test/chain/', 'src/config.ts', ...core, 'src/follow-redirects.ts', target] },
  {
    from: 'test/chain/e2e.test.ts',
    ours: ['test/chain/', 'test/fixtures/', 'src/config.ts', ...core, 'src/follow-redirects.ts', target],
  },
];

interface Import {
  readonly from: string;
  readonly to: string;
}

const looking = 'test/chain/{smoke,e2e.test,target,examples,example-run}.ts';
const patterns = [
  '{src,dashboards,infra,local,loadtest,bench,docs}/**/*.{ts,tsx,js}',
  looking,
  'test/chain/smoke/*.ts',
];
const files = globSync(patterns, { cwd: root }).sort();
const imports: Import[] = files.flatMap((file) => {
  const text = readFileSync(join(root, file), 'utf8');
  const specifiers = text.matchAll(
    /^\s*(?:import|export)\b[^'"`;]*?from\s+'([^']+)'|\bimport\(\s*'([^']+)'|^import\s+'([^']+)'/gm,
  );
  return [...specifiers].map(([, a, b, c]) => ({ from: file, to: resolve(file, a ?? b ?? c ?? '') }));
});

function resolve(file: string, specifier: string): string {
  return specifier.startsWith('.') ? relative(root, join(root, file, '..', specifier)) : specifier;
}

const isOurs = (to: string) => /^(?:src|dashboards|infra|local|loadtest|bench|docs|test)\//.test(to);
const matches = (to: string, beginnings: readonly string[]) => beginnings.some((beginning) => to.startsWith(beginning));

function ruleFor(file: string): Rule | undefined {
  return rules.filter(({ from }) => file.startsWith(from)).sort((a, b) => b.from.length - a.from.length)[0];
}

function isAllowed({ from, to }: Import): boolean {
  const rule = ruleFor(from);
  if (!rule) return false;
  if (isOurs(to)) return matches(to, rule.ours);
  return rule.packages === undefined || matches(to, rule.packages);
}

/** Each circle once, by the files on it. */
function circles(): string[][] {
  const next = new Map<string, string[]>();
  for (const { from, to } of imports) if (isOurs(to)) next.set(from, [...(next.get(from) ?? []), to]);
  const found: string[][] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0) found.push(path.slice(start));
    if (start >= 0 || done.has(file)) return;
    for (const one of next.get(file) ?? []) visit(one, [...path, file]);
    done.add(file);
  };
  for (const file of next.keys()) visit(file, []);
  return found;
}

describe('the architecture', () => {
  it('sees the imports that it judges', () => {
    expect(imports).toContainEqual({ from: 'src/create-handler.ts', to: 'src/adapters/environment.ts' });
    expect(imports).toContainEqual({ from: 'src/adapters/sharp-transformer.ts', to: 'sharp' });
    expect(imports).toContainEqual({ from: 'test/chain/smoke.ts', to: 'src/follow-redirects.ts' });
  });

  it('has a rule for every file', () => {
    expect(files.filter((file) => !ruleFor(file))).toEqual([]);
  });

  it('lets imports point one way', () => {
    expect(imports.filter((one) => !isAllowed(one))).toEqual([]);
  });

  it('has no import circle, of types neither', () => {
    expect(circles()).toEqual([]);
  });

  it('keeps adapters apart, each with one SDK', () => {
    for (const file of files.filter((one) => one.startsWith('src/adapters/'))) {
      const own = imports.filter(({ from }) => from === file).map(({ to }) => to);
      expect(
        own.filter((to) => to.startsWith('src/adapters/')),
        file,
      ).toEqual(imageAdapters[file] ?? []);
      const sdks = own
        .filter((to) => !isOurs(to) && !to.startsWith('node:'))
        .map((to) => to.split('/')[0]?.replace('@smithy', '@aws-sdk'));
      expect(new Set(sdks).size, `${file}: ${sdks}`).toBeLessThanOrEqual(1);
    }
  });

  it('lets nobody import the Lambda’s entry', () => {
    expect(imports.filter(({ to }) => /^src\/(?:handler|canary|purge)\.ts$/.test(to))).toEqual([]);
  });

  it('keeps the core free of clocks, of the environment and of what k6 lacks', () => {
    const forbidden = /\b(?:process|Buffer|performance|Date\.now|Math\.random|TextEncoder|new URL|fetch|await)\b/;
    for (const file of files.filter((one) => one.startsWith('src/core/'))) {
      const code = readFileSync(join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
      expect(code.match(forbidden)?.[0], file).toBeUndefined();
    }
  });

  it('reads the environment in one place', () => {
    const readers = files.filter(
      (file) => file.startsWith('src/') && /process\.env/.test(readFileSync(join(root, file), 'utf8')),
    );
    expect(readers).toEqual(['src/adapters/environment.ts', 'src/canary.ts', 'src/handler.ts', 'src/purge.ts']);
  });
});
