/** The newest lines of each log group, as CloudWatch Logs would hold them for longer. */
export interface LogGroups {
  write(group: string, line: string): void;
  groups(): readonly string[];
  lines(group: string): readonly string[];
}

const keptLines = 10_000;

export function createLogGroups(): LogGroups {
  const kept = new Map<string, string[]>();
  return {
    write(group, line) {
      const lines = kept.get(group) ?? [];
      kept.set(group, lines);
      lines.push(line);
      // Cut in larger pieces: to shift a long list by one for each line would cost more than the line.
      if (lines.length > keptLines * 1.1) lines.splice(0, lines.length - keptLines);
    },
    groups: () => [...kept.keys()],
    lines: (group) => kept.get(group) ?? [],
  };
}
