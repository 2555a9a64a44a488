import type { CachedAnswer } from './cached-answer.ts';

/** What a key, its headers and the bookkeeping weigh beside the body; an estimate. */
const entryBytes = 2_048;

/** The memory of one edge, bounded in bytes: what was asked for longest ago goes first. */
export class EdgeCache {
  /** Grows with each invalidation, so that a fetch which began before one can tell. */
  generation = 0;
  readonly #answers = new Map<string, CachedAnswer>();
  readonly #capacity: number;
  #bytes = 0;

  constructor(capacityBytes: number) {
    this.#capacity = capacityBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#answers.size;
  }

  get(key: string): CachedAnswer | undefined {
    const answer = this.#answers.get(key);
    if (!answer) return undefined;
    // A Map remembers insertion order: put back, it is the youngest.
    this.#answers.delete(key);
    this.#answers.set(key, answer);
    return answer;
  }

  set(key: string, answer: CachedAnswer): void {
    this.delete(key);
    if (weightOf(answer) > this.#capacity) return;
    this.#answers.set(key, answer);
    this.#bytes += weightOf(answer);
    for (const oldest of this.#answers.keys()) {
      if (this.#bytes <= this.#capacity) return;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const answer = this.#answers.get(key);
    if (!answer) return;
    this.#answers.delete(key);
    this.#bytes -= weightOf(answer);
  }

  /** Gives back the way to hold again what is held now, and nothing else. */
  remember(): () => void {
    const held = [...this.#answers];
    return () => {
      this.invalidate(() => true);
      for (const [key, answer] of held) this.set(key, answer);
    };
  }

  /** Drops all variants of the paths that match, and says how many objects that were. */
  invalidate(matches: (path: string) => boolean): number {
    this.generation += 1;
    const hit = [...this.#answers].filter(([, answer]) => matches(answer.path));
    for (const [key] of hit) this.delete(key);
    return hit.length;
  }
}

function weightOf(answer: CachedAnswer): number {
  return answer.body.byteLength + entryBytes;
}
