import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findBinary, nativePackages, requireMachine } from '../../infra/lambda/native-packages.ts';

const folder = mkdtempSync(join(tmpdir(), 'native-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The first 20 bytes of an ELF file, for the machine of this code. */
function elfFile(name: string, machine: number, magic = '\x7fELF'): string {
  const header = Buffer.alloc(20);
  header.write(magic, 0, 'latin1');
  header.writeUInt16LE(machine, 18);
  const file = join(folder, name);
  writeFileSync(file, header);
  return file;
}

test('requireMachine() takes the processor that was asked for', () => {
  expect(() => requireMachine(elfFile('x64.node', 0x3e), 'x64')).not.toThrow();
  expect(() => requireMachine(elfFile('arm64.node', 0xb7), 'arm64')).not.toThrow();
});

test.each([
  ['another processor', 0xb7, '\x7fELF', /is for arm64: expected x64/],
  ['an unknown processor', 8, '\x7fELF', /is for machine 8: expected x64/],
  ['a text', 0x3e, '#!/b', /is no ELF file: expected one for linux-x64/],
])('requireMachine() refuses %s by name', (name, machine, magic, message) => {
  expect(() => requireMachine(elfFile(name, machine, magic), 'x64')).toThrow(message);
});

test('findBinary() names the package that came without its binary', () => {
  mkdirSync(join(folder, 'empty/lib'), { recursive: true });
  expect(() => findBinary(join(folder, 'empty'), '@img/sharp-linux-arm64')).toThrow(
    /@img\/sharp-linux-arm64 .*: expected a binary/,
  );
  expect(() => findBinary(join(folder, 'absent'), '@img/sharp-linux-arm64')).toThrow(/expected a binary/);
});

test("nativePackages() takes versions and integrity from the project's lockfile", () => {
  const { entries } = nativePackages(join(import.meta.dirname, '../..'), 'arm64');
  expect(Object.keys(entries)).toEqual(['@img/sharp-linux-arm64', '@img/sharp-libvips-linux-arm64']);
  for (const entry of Object.values(entries)) {
    expect(entry).toMatchObject({ version: expect.any(String), integrity: expect.stringMatching(/^sha512-/) });
    expect(entry).not.toHaveProperty('resolved');
  }
});

test('nativePackages() says what a lockfile lacks', () => {
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages: {} }));
  expect(() => nativePackages(folder, 'x64')).toThrow(/package-lock.json has no @img\/sharp-linux-x64/);
});
