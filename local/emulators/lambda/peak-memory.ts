import { readFileSync } from 'node:fs';

/**
 * Resident memory of a process at its highest, in bytes, from Linux; elsewhere `undefined`, and what the process says of
 * itself is taken when an event is over. Not on Linux: there its own figure starts with the peak of its parent. A limit
 * of the kernel's would be closer to Lambda, but `ulimit -v` counts what V8 only reserves, and cgroups need root.
 */
export function readPeakMemory(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const [, kilobytes] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    // The process has just ended.
    return undefined;
  }
}
