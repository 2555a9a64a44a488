import type { Chain } from './chain.ts';

/** One way in which a chain goes wrong. L is a loop, W a wrong answer, E a dead end, R a right that is missing. */
export interface Row {
  readonly id: string;
  readonly mechanism: string;
  readonly check: (chain: Chain) => readonly { readonly resource: string; readonly sentence: string }[];
}
