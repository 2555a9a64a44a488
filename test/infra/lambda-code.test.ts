import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { builtCode, codeFolder } from '../../infra/lambda-code.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lambda-code-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a folder that was not built is refused with the command that builds it', () => {
  expect(() => builtCode('x64', folder)).toThrow(/code is not in .*: run "make synth"/);
});

test('a folder for the other processor is refused', () => {
  writeFileSync(join(folder, 'index.mjs'), '');
  mkdirSync(join(folder, 'node_modules/@img/sharp-linux-x64'), { recursive: true });
  expect(() => builtCode('x64', folder)).not.toThrow();
  expect(() => builtCode('arm64', folder)).toThrow('built for another processor than arm64');
});

test('each processor has a folder of its own', () => {
  expect(codeFolder('x64')).toMatch(/dist\/resize$/);
  expect(codeFolder('arm64')).toMatch(/dist\/resize-arm64$/);
});
