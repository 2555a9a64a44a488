/**
 * A row of `metrics` in full: `.` stands for what the row above has at that place, `...` for as much of that row as the
 * other words leave. `undefined` when it cannot be read.
 */
export function spelledOut(words: readonly unknown[], above: readonly string[]): readonly string[] | undefined {
  const dots = words.indexOf('...');
  const left = above.length - (words.length - 1);
  if (dots >= 0 && left < 1) return undefined;
  const places = dots < 0 ? words : words.toSpliced(dots, 1, ...Array<string>(left).fill('.'));
  const full = places.map((word, at) => (word === '.' ? above[at] : word));
  return full.every((word) => typeof word === 'string' && word !== '...') ? (full as string[]) : undefined;
}
