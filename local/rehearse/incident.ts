import type { Load } from './load.ts';
import type { Scene } from './scene.ts';

/** Something that goes wrong, and what on-call is told of it. */
export interface Incident {
  /** What is broken, for a table: `The edge keeps redirects`. */
  readonly title: string;
  /** How it comes about and who is hurt, in a sentence or two. */
  readonly says: string;
  /** How long it stays in a rehearsal, by the chain's clock. */
  readonly minutes: number;
  /** What it takes in this chain. Called while all is well, so that it can leave behind what shows only later. */
  readonly faultIn: (scene: Scene) => Promise<Fault> | Fault;
  /** How viewers differ from those of other days. */
  readonly load?: Partial<Load>;
  /** All alarms that turn red, but for the one that joins the pages. */
  readonly pages: readonly string[];
  readonly tickets: readonly string[];
  /** The one that leads to the cause. */
  readonly runbook: string;
}

export interface Fault {
  inject(): Promise<void> | void;
  heal(): Promise<void> | void;
  /** What else viewers do in each minute between the two. */
  meanwhile?(): Promise<void>;
}
