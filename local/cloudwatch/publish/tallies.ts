/** What is gathered in a minute, until it is over. */
export interface Tallies<Tally> {
  of(seconds: number): Tally;
  /** Those of the minutes that ended by then, oldest first; each is given once. */
  takeUntil(seconds: number): readonly { readonly atSeconds: number; readonly tally: Tally }[];
}

export function createTallies<Tally>(create: () => Tally): Tallies<Tally> {
  const open = new Map<number, Tally>();
  return {
    of(seconds) {
      const minute = Math.floor(seconds / 60);
      const tally = open.get(minute) ?? create();
      open.set(minute, tally);
      return tally;
    },
    takeUntil(seconds) {
      const ended = [...open].filter(([minute]) => (minute + 1) * 60 <= seconds).sort(([a], [b]) => a - b);
      for (const [minute] of ended) open.delete(minute);
      return ended.map(([minute, tally]) => ({ atSeconds: minute * 60, tally }));
    },
  };
}
