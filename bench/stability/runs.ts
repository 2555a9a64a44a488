/** What several runs of the bench on the same machine say together. Pure. */
import { markdownTable } from '../markdown.ts';
import type { Conclusion } from '../memory/conclude.ts';
import { percent, size } from '../memory/format.ts';

export interface Run {
  /** Beside a process that never rests. */
  readonly isBusy: boolean;
  /** `none qualifies` is a finding too; absent: the run refused to conclude. */
  readonly found: string | undefined;
  readonly seconds: number;
  readonly loadBefore: number;
  /** Absent: the machine was too busy for any measurement. */
  readonly certainty?: {
    /** Of the median of the objective's case. */
    readonly margin: number;
    /** Part of the repetitions that come to the same pick. */
    readonly samePick: number;
  };
}

export function findingOf({ picks, certainty }: Conclusion): Pick<Run, 'found' | 'certainty'> {
  const { doubt, margin, samePick } = certainty;
  const pick = picks.cheapest ? size(picks.cheapest) : 'none qualifies';
  return { found: doubt === 'none' ? pick : undefined, certainty: { margin, samePick } };
}

/** Whether all found the same; a run that refuses has found nothing. */
export function areStable(runs: readonly Run[]): boolean {
  const [first] = runs;
  return first?.found !== undefined && runs.every(({ found }) => found === first.found);
}

export function stabilityReport(runs: readonly Run[]): string {
  const rows = runs.map(({ isBusy, found, seconds, loadBefore, certainty }, index) => [
    String(index + 1),
    isBusy ? 'busy' : '',
    found ?? 'no conclusion',
    certainty ? `± ${percent(certainty.margin, 1)}` : '',
    certainty ? percent(certainty.samePick) : '',
    `${seconds.toFixed(0)} s`,
    loadBefore.toFixed(1),
  ]);
  const head = ['run', 'neighbour', 'pick', 'median', 'same pick', 'took', 'load before'];
  return [markdownTable(head, rows), '', count('Alone', runs, false), count('Beside a busy process', runs, true)].join(
    '\n',
  );
}

function count(scene: string, all: readonly Run[], isBusy: boolean): string {
  const runs = all.filter((run) => run.isBusy === isBusy);
  const kinds = [...new Set(runs.map(({ found }) => found ?? 'no conclusion'))];
  const counts = kinds.map(
    (kind) => `${kind} in ${runs.filter(({ found = 'no conclusion' }) => found === kind).length}`,
  );
  return `${scene}: ${counts.join(', ') || 'nothing'} of ${runs.length}.`;
}
