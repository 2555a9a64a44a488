import type { Chain } from './chain.ts';

/** One way in which a chain fails. L: a redirect loop, W: a wrong answer, E: a dead end, R: a missing permission. */
export interface Row {
  readonly id: string;
  readonly mechanism: string;
  readonly check: (chain: Chain) => readonly { readonly resource: string; readonly sentence: string }[];
}
