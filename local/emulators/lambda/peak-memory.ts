import { readFileSync } from 'node:fs';

/**
 * Resident memory of a process at its highest, in bytes, from Linux; elsewhere `undefined`. Not what the process says of
 * itself: on Linux its own figure starts with the peak of the process that started it.
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
