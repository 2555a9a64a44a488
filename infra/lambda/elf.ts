import { closeSync, openSync, readSync } from 'node:fs';

/** `e_machine` of the ELF header, two bytes at 18 (System V ABI, "ELF Header"). */
const machines = { x64: 0x3e, arm64: 0xb7 } as const;

/** Throws when the file is no ELF file for the processor. */
export function requireMachine(file: string, arch: keyof typeof machines): void {
  const header = Buffer.alloc(20);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, header, 0, header.length, 0);
  } finally {
    closeSync(descriptor);
  }
  if (header.toString('latin1', 0, 4) !== '\x7fELF')
    throw new Error(`${file} is no ELF file: expected one for linux-${arch}`);
  const machine = header.readUInt16LE(18);
  if (machine === machines[arch]) return;
  const given = Object.entries(machines).find(([, code]) => code === machine)?.[0] ?? `machine ${machine}`;
  throw new Error(`${file} is for ${given}: expected ${arch}`);
}
