/** Work whose size is known: so much CPU time, or so much memory. Shows whether a quota really bites. */
import { serveWork } from '../work-server.ts';
import { cpuMilliseconds } from './calls-job.ts';

export interface LoadJob {
  readonly spinMilliseconds?: number;
  readonly holdMegabytes?: number;
}

serveWork<LoadJob>(async ({ spinMilliseconds = 0, holdMegabytes = 0 }) => ({
  async run() {
    const end = cpuMilliseconds() + spinMilliseconds;
    while (cpuMilliseconds() < end);
    // Written to, since memory that nobody has touched is not there yet.
    const held = Array.from({ length: holdMegabytes }, () => Buffer.alloc(2 ** 20, 1));
    return held.length;
  },
}));
