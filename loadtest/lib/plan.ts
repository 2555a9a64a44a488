import type { ScenarioName } from '../scenario-table.ts';
import type { WorkloadName } from '../workloads.ts';
import type { HitRates } from './draw.ts';
import type { Original } from './expected-views.ts';
import type { ImageFacts } from './image.ts';
import type { ChainAddresses } from './judge-view.ts';
import type { Load } from './load.ts';

/** The originals of one scenario by their use. A run touches no other objects. */
export interface SeededOriginals {
  readonly sound: readonly Original[];
  /** Valid images whose names URL parsers rewrite. */
  readonly oddKeys: readonly Original[];
  /** In `replaced`: the images that replace those of `sound` under the same keys. */
  readonly replacements: readonly ImageFacts[];
}

/** What one scenario of a run does. */
export interface ScenarioPlan {
  readonly runId: string;
  readonly scenario: ScenarioName;
  readonly workload: WorkloadName;
  readonly seed: number;
  /** The keys of all originals of the scenario begin with it. */
  readonly prefix: string;
  readonly chain: ChainAddresses & { readonly isLoopback: boolean };
  readonly load: Load;
  /** Images that viewers draw from; 0: each view has its own. */
  readonly catalogue: number;
  /** Calls that the API is expected to answer 429, because the load exceeds its capacity. */
  readonly throttled: number;
  /** The expected part of the catalogue's views that the edge answers from its cache. */
  readonly predictedHits?: HitRates;
}

/** The file that a script reads: PLAN names it. */
export interface PlanFile extends ScenarioPlan {
  readonly originals: SeededOriginals;
}
