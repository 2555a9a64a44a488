import type { ScenarioName } from '../scenario-table.ts';
import type { WorkloadName } from '../workloads.ts';
import type { Original } from './expected-views.ts';
import type { ImageFacts } from './image.ts';
import type { ChainAddresses } from './judge-view.ts';
import type { Load } from './load.ts';

/** The originals of one scenario, by what they are for. Nothing else in the buckets is touched. */
export interface SeededOriginals {
  readonly sound: readonly Original[];
  /** Named so that URL parsers stumble. */
  readonly torture: readonly Original[];
  /** In `replaced`: what stands under the same key after the first replacement, and by turns from then on. */
  readonly replacements: readonly ImageFacts[];
}

/** All that k6 is told of one scenario of a run: it opens this as JSON. */
export interface ScenarioPlan {
  readonly runId: string;
  readonly scenario: ScenarioName;
  readonly workload: WorkloadName;
  readonly seed: number;
  /** Every original of this scenario has a key below it. */
  readonly prefix: string;
  readonly chain: ChainAddresses & { readonly isLoopback: boolean };
  readonly load: Load;
  readonly originals: SeededOriginals;
  /** Images that the viewers draw from. */
  readonly catalogue: number;
  /** Calls that the API is expected to answer 429, since the load is above its capacity. */
  readonly throttled: number;
  /** Part of the views of the catalogue that the edge should answer from its cache. */
  readonly predictedHits?: number;
}
