import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cpus, platform, totalmem } from 'node:os';

/** What the numbers of a run on loopback hang on, and those of a client on AWS not a little. */
export interface Machine {
  readonly name: string;
  readonly id: string;
}

export function thisMachine(): Machine {
  const [cpu] = cpus();
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  const name = `${cpu?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores, ${gigabytes} GB, ${platform()}`;
  return { name, id: createHash('sha256').update(name).digest('hex').slice(0, 8) };
}

/**
 * Seconds of processor time that a process and all below it have taken so far, those that have ended included.
 * `undefined` where there is no /proc.
 */
export function processorSeconds(pid: number): number | undefined {
  if (!existsSync('/proc/self/stat')) return undefined;
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap(readStat);
  let ticks = 0;
  const add = (id: number) => {
    for (const one of processes.filter((process) => process.pid === id)) ticks += one.ticks;
    for (const one of processes.filter((process) => process.parent === id)) add(one.pid);
  };
  add(pid);
  return ticks / ticksPerSecond;
}

/** USER_HZ: 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

function readStat(pid: string): { pid: number; parent: number; ticks: number }[] {
  try {
    // The name in brackets may hold spaces; what follows it does not. utime, stime and those of ended children.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
      .map(Number);
    const [, parent = 0] = fields;
    return [{ pid: Number(pid), parent, ticks: fields.slice(11, 15).reduce((sum, value) => sum + value, 0) }];
  } catch {
    // It has ended since the folder was listed.
    return [];
  }
}
