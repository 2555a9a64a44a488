import type { LogLine } from './cloudwatch/insights/discover-fields.ts';

/** The newest lines of each log group, as CloudWatch Logs would hold them for longer. */
export interface LogGroups {
  write(group: string, line: string): void;
  groups(): readonly string[];
  lines(group: string): readonly string[];
  /** Oldest first, with the time of each. */
  linesOf(group: string): readonly LogLine[];
}

const keptLines = 10_000;

export function createLogGroups(clock: { now(): number }): LogGroups {
  const kept = new Map<string, LogLine[]>();
  return {
    write(group, message) {
      const lines = kept.get(group) ?? [];
      kept.set(group, lines);
      lines.push({ atMilliseconds: clock.now(), message });
      // Cut in larger pieces: to shift a long list by one for each line would cost more than the line.
      if (lines.length > keptLines * 1.1) lines.splice(0, lines.length - keptLines);
    },
    groups: () => [...kept.keys()],
    lines: (group) => kept.get(group)?.map(({ message }) => message) ?? [],
    linesOf: (group) => kept.get(group) ?? [],
  };
}
