/** `make docs`: writes the generated parts of docs/fidelity.md; with --check it only says whether they are right. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { collectFacts } from './collect-facts.ts';
import { render } from './render.ts';

const root = resolve(import.meta.dirname, '../../..');
const page = join(root, 'docs/fidelity.md');

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const { facts, names } = await collectFacts(root);
const given = readFileSync(page, 'utf8');
const right = Object.entries(render(facts, names)).reduce(replacePart, given);
if (!values.check) writeFileSync(page, right);
else if (given !== right) {
  console.error(
    `docs/fidelity.md is not what the tests say: run "make docs". The first difference:\n${firstDifference()}`,
  );
  process.exitCode = 1;
}

function replacePart(text: string, [name, part]: [string, string]): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from)
    throw new Error(`docs/fidelity.md has no place for "${name}": expected ${begin} and ${end}`);
  return `${text.slice(0, from + begin.length)}\n\n${part}\n\n${text.slice(to)}`;
}

function firstDifference(): string {
  const [old, now] = [given.split('\n'), right.split('\n')];
  const line = now.findIndex((text, index) => text !== old[index]);
  return `line ${line + 1} is   ${old[line] ?? ''}\nand should be ${now[line] ?? ''}`;
}
