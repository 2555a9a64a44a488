/**
 * A memory limit for a process, by the cgroups of Linux in either version. Only root, or a user to whom a part of the tree
 * is delegated, can set one.
 */
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Launcher } from './worker.ts';

export interface MemoryLimits {
  create(megabytes: number): MemoryLimit;
  /** Removes all limits and kills the processes under them, for a program that is interrupted. */
  removeAll(): Promise<void>;
}

export interface MemoryLimit {
  /** Puts the process under the limit before it becomes Node, so that every page of it counts. */
  readonly launcher: Launcher;
  /** Whether the kernel has killed a process for its memory. */
  hasRunOutOfMemory(): boolean;
  remove(): Promise<void>;
}

/** Returns the reason where no limit can be set. Tests pass other folders. */
export async function findMemoryLimits(
  platform: NodeJS.Platform = process.platform,
  { mount = '/sys/fs/cgroup', own = '/proc/self/cgroup' } = {},
): Promise<MemoryLimits | { readonly unavailable: string }> {
  if (platform !== 'linux') return { unavailable: `${platform} has no cgroups` };
  const hierarchy = versionOne(mount) ?? versionTwo(mount, own);
  if (!hierarchy) return { unavailable: `no memory controller of cgroups is mounted at ${mount}` };
  const limits = limitsIn(hierarchy);
  try {
    await limits.create(512).remove();
    return limits;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { unavailable: `a memory limit needs root or a delegated cgroup (${message})` };
  }
}

interface Hierarchy {
  readonly parent: string;
  readonly settings: (bytes: number) => Readonly<Record<string, string | number>>;
  /** Its line `oom_kill 1` counts the kills. */
  readonly events: string;
}

/** Swap is limited too, where the kernel counts it: a Lambda has none. */
function versionOne(mount: string): Hierarchy | undefined {
  const parent = join(mount, 'memory');
  if (!existsSync(parent)) return undefined;
  return {
    parent,
    settings: (bytes) => ({ 'memory.limit_in_bytes': bytes, 'memory.memsw.limit_in_bytes?': bytes }),
    events: 'memory.oom_control',
  };
}

/** A group with processes may not have limited groups below it: so beside our own, or at the top. */
function versionTwo(mount: string, own: string): Hierarchy | undefined {
  const path = /^0::(.*)$/m.exec(readFileSync(own, 'utf8'))?.[1] ?? '/';
  const hasMemory = (file: string) => existsSync(file) && /\bmemory\b/.test(readFileSync(file, 'utf8'));
  const parent = [dirname(join(mount, path)), mount].find(
    (folder) => folder.startsWith(mount) && hasMemory(join(folder, 'cgroup.controllers')),
  );
  if (!parent) return undefined;
  const control = join(parent, 'cgroup.subtree_control');
  return {
    parent,
    settings(bytes) {
      if (!hasMemory(control)) writeFileSync(control, '+memory');
      return { 'memory.max': bytes, 'memory.swap.max?': 0 };
    },
    events: 'memory.events',
  };
}

function limitsIn({ parent, settings, events }: Hierarchy): MemoryLimits {
  const folders = new Set<string>();
  let count = 0;
  return {
    create(megabytes) {
      const folder = join(parent, `bench-${process.pid}-${++count}`);
      mkdirSync(folder);
      try {
        // A file with a question mark is set only where the kernel has it.
        for (const [name, value] of Object.entries(settings(megabytes * 2 ** 20))) {
          const file = join(folder, name.replace('?', ''));
          if (!name.endsWith('?') || existsSync(file)) writeFileSync(file, String(value));
        }
      } catch (error) {
        rmdirSync(folder);
        throw error;
      }
      folders.add(folder);
      const enter = `echo $$ > '${join(folder, 'cgroup.procs')}' && exec '${process.execPath}' "$@"`;
      return {
        launcher: { execPath: '/bin/sh', execArgv: ['-c', enter, 'sh'] },
        hasRunOutOfMemory: () => /^oom_kill [1-9]/m.test(readFileSync(join(folder, events), 'utf8')),
        async remove() {
          await removeFolder(folder);
          folders.delete(folder);
        },
      };
    },
    async removeAll() {
      for (const folder of folders) {
        const processes = readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean);
        for (const pid of processes) process.kill(Number(pid), 'SIGKILL');
        await removeFolder(folder);
      }
      folders.clear();
    },
  };
}

/** A process that has just ended stays in its group for a moment. */
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
