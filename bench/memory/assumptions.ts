import { config } from '../../src/config.ts';
import type { Architecture } from '../resize-cost.ts';
import { assumedS3, type S3Assumptions } from '../s3-time.ts';

/** What a pick depends on beside the measuring. The report prints all of it. */
export interface Assumptions {
  /** Of the machine that measured: the pick is for this one. */
  readonly architecture: Architecture;
  readonly s3: S3Assumptions;
  /** Part of the resizes that are the first call of their process. */
  readonly coldShare: number;
  /** Part of the views that CloudFront holds. */
  readonly hitRate: number;
  /** Part of the objective, and of the memory, that has to stay free. */
  readonly headroom: number;
  readonly objective: Objective;
  readonly decodeMilliseconds: number;
  readonly requestMilliseconds: number;
}

/** What can be said anew by options. */
export type SaidAssumptions = Pick<Assumptions, 's3' | 'coldShare' | 'hitRate' | 'headroom'>;

export const assumedUnlessSaid: SaidAssumptions = {
  s3: assumedS3,
  coldShare: 0.05,
  hitRate: config.objectives.hitRate,
  headroom: 0.2,
};

export interface Objective {
  /** The case it is about; absent: all of them, weighted. */
  readonly benchCase: string | undefined;
  readonly p95Milliseconds: number;
}
