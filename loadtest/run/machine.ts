import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cpus, platform, totalmem } from 'node:os';

/** Describes the client. Latencies on loopback depend on it entirely, those of AWS in part. */
export function machineName(): string {
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return `${cpus()[0]?.model.trim() ?? 'unknown CPU'}, ${cpus().length} cores, ${gigabytes} GB, ${platform()}`;
}

/**
 * Returns the seconds of CPU time of a process and its descendants so far, with those that have ended. `undefined`
 * where there is no /proc.
 */
export function processorSeconds(pid: number): number | undefined {
  if (!existsSync('/proc/self/stat')) return undefined;
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap(readStat);
  const ticksOf = (id: number): number =>
    processes.reduce(
      (sum, one) => sum + (one.pid === id ? one.ticks : 0) + (one.parent === id ? ticksOf(one.pid) : 0),
      0,
    );
  return ticksOf(pid) / ticksPerSecond;
}

/** USER_HZ: 100 on every Linux that Node supports. */
const ticksPerSecond = 100;

function readStat(pid: string): { pid: number; parent: number; ticks: number }[] {
  try {
    // The name in brackets may have spaces. From the field behind it on: state, parent, …, and (as fields 11 to 14 of
    // these) utime, stime and the same of ended children (proc(5)).
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) \S /s, '');
    const fields = text.split(' ').map(Number);
    const [parent = 0] = fields;
    return [{ pid: Number(pid), parent, ticks: fields.slice(10, 14).reduce((sum, value) => sum + value, 0) }];
  } catch {
    // It has ended meanwhile.
    return [];
  }
}
