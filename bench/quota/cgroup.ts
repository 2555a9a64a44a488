/**
 * A quota of CPU and memory for a process, by the cgroups of Linux in either version. Only root, or who was given a part of
 * the tree, may set one; whoever asks is told why not.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { periodMilliseconds } from '../lambda-model.ts';
import { createFolder, group, killsIn, type QuotaGroup, writeWhereKnown } from './group.ts';

export interface Limits {
  readonly vcpus: number;
  readonly memoryMegabytes: number;
}

export const wholeMachine: Limits = { vcpus: cpus().length, memoryMegabytes: Math.floor(totalmem() / 2 ** 20) };

export interface Quota {
  /** As the report names it. */
  readonly method: string;
  createGroup(limits: Limits): QuotaGroup;
}

export type QuotaOrReason = Quota | { readonly skipped: string };

/** Where the operating system shows its cgroups; another place in tests. */
export interface Tree {
  /** /proc/self/mountinfo and /proc/self/cgroup. */
  readonly mounts: string;
  readonly own: string;
}

const periodMicroseconds = 1000 * periodMilliseconds;

export async function findQuota(platform: NodeJS.Platform = process.platform, tree?: Tree): Promise<QuotaOrReason> {
  if (platform !== 'linux') return { skipped: `${platform} has no cgroups: expected Linux` };
  const { mounts, own } = tree ?? {
    mounts: readFileSync('/proc/self/mountinfo', 'utf8'),
    own: readFileSync('/proc/self/cgroup', 'utf8'),
  };
  const quota = versionOne(mounts, own) ?? versionTwo(mounts, own);
  if (!quota) return { skipped: 'no cgroup controllers of CPU and memory are mounted' };
  try {
    await quota.createGroup({ vcpus: 0.5, memoryMegabytes: 512 }).remove();
    return quota;
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return {
      skipped: `${quota.method} cannot be set here (${said}): expected root, or a part of the tree to be given`,
    };
  }
}

/** Against everything else that runs here: what a Lambda has paid for, its neighbours cannot take. */
const precedence = 50;

let groups = 0;

function versionOne(mounts: string, own: string): Quota | undefined {
  const parents = ['cpu', 'memory'].map((controller) => {
    const mount = mountPoint(mounts, (type, options) => type === 'cgroup' && options.includes(controller));
    const path = new RegExp(`^\\d+:(?:[^:]*,)?${controller}(?:,[^:]*)?:(.*)$`, 'm').exec(own)?.[1] ?? '/';
    return mount && [join(mount, path), mount].find((folder) => existsSync(folder));
  });
  const [cpuParent, memoryParent] = parents;
  if (!cpuParent || !memoryParent) return undefined;
  return {
    method: `a quota of cgroup v1, ${periodMilliseconds} ms period`,
    createGroup({ vcpus, memoryMegabytes }) {
      const name = groupName();
      const cpu = createFolder(join(cpuParent, name), {
        'cpu.cfs_period_us': periodMicroseconds,
        'cpu.cfs_quota_us': Math.round(vcpus * periodMicroseconds),
        'cpu.shares': 1024 * precedence,
      });
      const memory = createFolder(join(memoryParent, name), {
        'memory.limit_in_bytes': memoryMegabytes * 2 ** 20,
      });
      // With the swap that a Lambda does not have nothing would ever run out; not every kernel counts it.
      writeWhereKnown(join(memory, 'memory.memsw.limit_in_bytes'), memoryMegabytes * 2 ** 20);
      return group([cpu, memory], [cpuParent, memoryParent], () => killsIn(join(memory, 'memory.oom_control')));
    },
  };
}

function versionTwo(mounts: string, own: string): Quota | undefined {
  const mount = mountPoint(mounts, (type) => type === 'cgroup2');
  const path = /^0::(.*)$/m.exec(own)?.[1];
  if (!mount || path === undefined) return undefined;
  // A group with processes in it may have none below that are limited: so beside our own, or at the top.
  const parents = [dirname(join(mount, path)), mount].filter(
    (folder) => folder.startsWith(mount) && hasControllers(join(folder, 'cgroup.controllers')),
  );
  const [parent] = [...parents.filter((folder) => hasControllers(join(folder, 'cgroup.subtree_control'))), ...parents];
  if (!parent) return undefined;
  return {
    method: `a quota of cgroup v2, ${periodMilliseconds} ms period`,
    createGroup({ vcpus, memoryMegabytes }) {
      const control = join(parent, 'cgroup.subtree_control');
      if (!hasControllers(control)) writeFileSync(control, '+cpu +memory');
      const folder = createFolder(join(parent, groupName()), {
        'cpu.max': `${Math.round(vcpus * periodMicroseconds)} ${periodMicroseconds}`,
        'cpu.weight': 100 * precedence,
        'memory.max': memoryMegabytes * 2 ** 20,
      });
      writeWhereKnown(join(folder, 'memory.swap.max'), 0);
      return group([folder], [join(mount, path)], () => killsIn(join(folder, 'memory.events')));
    },
  };
}

function groupName(): string {
  return `bench-${process.pid}-${++groups}`;
}

/** Lines of mountinfo: id, parent, device, root, mount point, options, any number of fields, a dash, type, source, options. */
function mountPoint(
  mounts: string,
  isRight: (type: string, options: readonly string[]) => boolean,
): string | undefined {
  for (const line of mounts.split('\n')) {
    const [place = '', filesystem = ''] = line.split(' - ');
    const [type = '', , options = ''] = filesystem.split(' ');
    if (isRight(type, options.split(','))) return place.split(' ')[4];
  }
  return undefined;
}

function hasControllers(file: string): boolean {
  if (!existsSync(file)) return false;
  const controllers = readFileSync(file, 'utf8').trim().split(/\s+/);
  return controllers.includes('cpu') && controllers.includes('memory');
}
