/** The folders that are a group of the kernel's, and the processes in them. */
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Launcher } from '../worker.ts';

export interface QuotaGroup {
  /** Puts the process under the quota before it becomes Node, so that every page of it is counted. */
  readonly launcher: Launcher;
  /** Takes in a process that runs already. */
  take(pid: number): void;
  /** Puts it where we are ourselves. */
  release(pid: number): void;
  /** Whether the kernel has ended a process of the group for its memory. */
  hasRunOutOfMemory(): boolean;
  remove(): Promise<void>;
}

export function createFolder(folder: string, settings: Readonly<Record<string, string | number>>): string {
  mkdirSync(folder);
  try {
    for (const [file, value] of Object.entries(settings)) writeFileSync(join(folder, file), String(value));
  } catch (error) {
    rmdirSync(folder);
    throw error;
  }
  return folder;
}

export function writeWhereKnown(file: string, value: number): void {
  if (existsSync(file)) writeFileSync(file, String(value));
}

/** Both versions have a line `oom_kill 1`, in different files. */
export function killsIn(file: string): boolean {
  return Number(/^oom_kill (\d+)$/m.exec(readFileSync(file, 'utf8'))?.[1] ?? 0) > 0;
}

function putInto(folders: readonly string[], pid: number): void {
  for (const folder of folders) writeFileSync(join(folder, 'cgroup.procs'), String(pid));
}

const standing = new Set<string>();

export function group(
  folders: readonly string[],
  own: readonly string[],
  hasRunOutOfMemory: () => boolean,
): QuotaGroup {
  for (const folder of folders) standing.add(folder);
  const enter = folders.map((folder) => `echo $$ > '${join(folder, 'cgroup.procs')}'`).join(' && ');
  return {
    launcher: { execPath: '/bin/sh', execArgv: ['-c', `${enter} && exec '${process.execPath}' "$@"`, 'sh'] },
    take: (pid) => putInto(folders, pid),
    release: (pid) => putInto(own, pid),
    hasRunOutOfMemory,
    async remove() {
      for (const folder of folders) await removeFolder(folder);
      for (const folder of folders) standing.delete(folder);
    },
  };
}

/** Of all that stand, with the processes in them: for whoever is interrupted. */
export async function removeGroups(): Promise<void> {
  for (const folder of standing) {
    if (!existsSync(folder)) continue;
    for (const pid of readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean)) {
      process.kill(Number(pid), 'SIGKILL');
    }
    await removeFolder(folder);
  }
  standing.clear();
}

/** A process that has just ended is in its group for a moment longer. */
async function removeFolder(folder: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return rmdirSync(folder);
    } catch (error) {
      if (attempt === 50) throw error;
      await sleep(20);
    }
  }
}
