import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { createVitest, type TestCase, type TestModule } from 'vitest/node';

/** A fact of AWS, or a row of the catalogue, as the name of a test tells it. */
export interface Fact {
  /** `§1.2`, `§8-5`, `L9`. */
  readonly id: string;
  readonly sentence: string;
  /** What it is about: the title of the test's group. */
  readonly subject: string;
  /** What the chain does about it: the words in brackets at the end of the name. */
  readonly here: string;
  /** Below test/. */
  readonly file: string;
}

interface Named {
  readonly name: string;
  readonly suite: string;
  readonly file: string;
  readonly line: number;
}

const suites = ['test/local', 'test/chain'];

/** The facts, and the names of all tests. */
export async function collectFacts(root: string): Promise<{ facts: Fact[]; names: ReadonlySet<string> }> {
  const written = await collect(root, true);
  const run = await collect(root, false);
  const titles = new Map(written.map((test) => [placeOf(test), test.name]));
  const places = new Map<string, Named[]>();
  for (const test of run) places.set(placeOf(test), [...(places.get(placeOf(test)) ?? []), test]);
  const facts = [...places].flatMap(([place, cases]) => folded(titles.get(place) ?? '', cases).flatMap(factOf));
  return { facts: unique(facts), names: new Set(run.map(({ name }) => name)) };
}

/** `it.todo` is collected too, which the command line leaves out. */
async function collect(root: string, staticParse: boolean): Promise<Named[]> {
  // Files of tests make folders when they are read; what takes them away runs after tests alone.
  const TMPDIR = mkdtempSync(join(tmpdir(), 'fidelity-'));
  const options = { root, watch: false, reporters: [], includeTaskLocation: true, env: { TMPDIR } };
  const vitest = await createVitest('test', options);
  try {
    const { testModules, unhandledErrors } = await vitest.collect(suites, { staticParse });
    const [error] = [...unhandledErrors, ...testModules.flatMap((module) => module.errors())];
    if (error) throw new Error('The tests cannot be read', { cause: error });
    return testModules.flatMap((module) => [...module.children.allTests()].map((test) => named(test, module, root)));
  } finally {
    await vitest.close();
    rmSync(TMPDIR, { recursive: true, force: true });
  }
}

function named(test: TestCase, module: TestModule, root: string): Named {
  const suite = test.parent.type === 'suite' ? test.parent.name : '';
  return { name: test.name, suite, file: relative(root, module.moduleId), line: test.location?.line ?? 0 };
}

const placeOf = ({ file, line }: Named) => `${file}:${line}`;

const placeholder = /%(?:\d\$)?[sijdof#]|\$\w+/g;
const mostCases = 6;

/**
 * A table of cases becomes one row where its title says enough by itself, with an ellipsis for what differs. Where the
 * title is little more than placeholders each case is a row, or the first few of many.
 */
function folded(title: string, cases: readonly Named[]): readonly Named[] {
  const [first] = cases;
  if (!first || cases.length === 1 || title.includes('${')) return cases;
  const words =
    withoutVerdict(withoutId(title))
      .replace(placeholder, '')
      .match(/\p{L}{2,}/gu) ?? [];
  if (words.length >= 3) return [{ ...first, name: title.replaceAll('\\"', '"').replace(placeholder, '…') }];
  if (cases.length <= mostCases) return cases;
  const shown = cases.slice(0, 3).map(({ name }) => withoutVerdict(withoutId(name)));
  const rest = `; and ${cases.length - shown.length} more cases`;
  const name = `${idIn(first.name) ?? ''} ${shown.join('; ')}${rest}${verdictIn(first.name)}`;
  return [{ ...first, name: name.trim() }];
}

/** A test that names no section of its own belongs to that of its group. */
function factOf({ name, suite, file }: Named): Fact[] {
  const id = idIn(name) ?? idIn(suite);
  if (id === undefined) return [];
  return [
    {
      id,
      sentence: withoutVerdict(withoutId(name)),
      subject: withoutVerdict(withoutId(suite)),
      here: verdictIn(name).slice(2, -1) || 'emulated',
      file: file.replace(/^test\//, ''),
    },
  ];
}

const idPattern = /^(§\d+(?:[.-]\d+)?|[LWER]\d+)\s/;
const idIn = (name: string) => idPattern.exec(name)?.[1];
const withoutId = (name: string) => name.replace(idPattern, '');

const verdictPattern = / \((?:emulated|switch|refused|not emulated|unknown on AWS)\b.*\)$/s;
const verdictIn = (name: string) => verdictPattern.exec(name)?.[0] ?? '';
const withoutVerdict = (name: string) => name.replace(verdictPattern, '');

function unique(facts: readonly Fact[]): Fact[] {
  const byText = new Map(facts.map((fact) => [`${fact.id} ${fact.sentence} ${fact.here}`, fact]));
  return [...byText.values()];
}
