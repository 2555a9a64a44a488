import { readFileSync } from 'node:fs';
import { type Finding, lintChain, rows } from './lint-chain.ts';

/** `make lint-chain TEMPLATE=file.json`. Exit code: 0 nothing found, 1 something found, 2 no template. */
const files = process.argv.slice(2);
if (files.length === 0)
  fail('expected the path of a CloudFormation template in JSON: make lint-chain TEMPLATE=file.json');

let found = 0;
for (const file of files) {
  const findings = lintFile(file);
  for (const { row, resource, sentence } of findings) console.log(`${file}: ${row} ${resource} ${sentence}.`);
  found += findings.length;
}
if (found > 0) {
  console.error(`\n${found} found: this chain has redirect loops or dead ends.`);
  process.exitCode = 1;
} else {
  console.log(`${files.join(', ')}: none of the ${rows.length} known loops and dead ends.`);
}

function lintFile(file: string): readonly Finding[] {
  try {
    return lintChain(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    const reason =
      error instanceof SyntaxError
        ? `is not JSON (${error.message}). CDK and "aws cloudformation" can write it`
        : error;
    return fail(`${file}: ${reason instanceof Error ? reason.message : reason}`);
  }
}

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}
