import { cpuMilliseconds, peakRssMegabytes } from '../../run/work-server.ts';

/** What a process has taken since it began, with all its threads. */
export interface Usage {
  readonly cpuMilliseconds: number;
  readonly peakRssMegabytes: number;
  /** Now. */
  readonly rssMegabytes: number;
}

/** Sends the usage to the parent whenever it asks. */
export function reportUsage(): void {
  process.on('message', (message) => {
    if (message !== 'usage') return;
    const usage: Usage = {
      cpuMilliseconds: cpuMilliseconds(),
      peakRssMegabytes: peakRssMegabytes(),
      rssMegabytes: process.memoryUsage.rss() / 1e6,
    };
    process.send?.(usage);
  });
}
