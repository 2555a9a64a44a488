import { normalBelow } from './normal.ts';

export interface MannWhitney {
  /** Pairs of one sample of each side in which the first is larger; ties count half. */
  readonly u: number;
  /** How likely a difference at least as large is, in either direction, when both sides are alike. */
  readonly p: number;
}

/** Up to here every order is counted; above, the normal distribution is close enough. */
const exactUpTo = 20;

/**
 * Whether one side tends to be larger than the other, whatever the distribution looks like (Mann and Whitney, 1947).
 * Exact for small samples without ties, else normal with the corrections for ties and continuity, as R's wilcox.test.
 */
export function mannWhitney(first: readonly number[], second: readonly number[]): MannWhitney {
  const [m, n] = [first.length, second.length];
  if (m === 0 || n === 0) throw new Error(`${m} and ${n} samples were given: expected at least one of each`);
  let u = 0;
  for (const a of first) for (const b of second) u += a > b ? 1 : a === b ? 0.5 : 0;
  const ties = tiedGroups([...first, ...second]);
  if (ties.length === 0 && m <= exactUpTo && n <= exactUpTo) {
    const least = Math.min(u, m * n - u);
    return { u, p: Math.min(1, 2 * partAtMost(least, m, n)) };
  }
  const all = m + n;
  const tied = ties.reduce((sum, size) => sum + size ** 3 - size, 0);
  const deviation = Math.sqrt(((m * n) / 12) * (all + 1 - tied / (all * (all - 1))));
  if (deviation === 0) return { u, p: 1 };
  const distance = Math.max(0, Math.abs(u - (m * n) / 2) - 0.5);
  return { u, p: Math.min(1, 2 * (1 - normalBelow(distance / deviation))) };
}

function tiedGroups(values: readonly number[]): number[] {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()].filter((count) => count > 1);
}

/** Part of all orders of m and n samples whose U is at most the given one. */
function partAtMost(u: number, m: number, n: number): number {
  // ways[i][j][s]: orders of i and j samples with U = s. The largest is of one side or of the other.
  const ways: number[][][] = [];
  for (let i = 0; i <= m; i++) {
    const row: number[][] = [];
    ways.push(row);
    for (let j = 0; j <= n; j++) {
      row.push(
        Array.from({ length: i * j + 1 }, (_, s) =>
          i === 0 || j === 0 ? 1 : (ways[i - 1]?.[j]?.[s - j] ?? 0) + (row[j - 1]?.[s] ?? 0),
        ),
      );
    }
  }
  const counts = ways[m]?.[n] ?? [];
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.slice(0, u + 1).reduce((sum, count) => sum + count, 0) / total;
}
