export interface LogLine {
  readonly atMilliseconds: number;
  readonly message: string;
}

/** The newest lines of each log group. */
export interface LogGroups {
  write(group: string, line: string): void;
  groups(): readonly string[];
  lines(group: string): readonly string[];
  /** Oldest first, with their times. */
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
      // Removes many lines at once: removing one line from a long list for each new line is slow.
      if (lines.length > keptLines * 1.1) lines.splice(0, lines.length - keptLines);
    },
    groups: () => [...kept.keys()],
    lines: (group) => kept.get(group)?.map(({ message }) => message) ?? [],
    linesOf: (group) => kept.get(group) ?? [],
  };
}
