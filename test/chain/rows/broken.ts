import { expect } from 'vitest';
import type { Switches } from '../../../local/chain/context.ts';
import type { ApiOn } from '../../../src/config.ts';
import { builtWith, type Mistake } from '../built-with.ts';
import { type ChainUnderTest, type ChainUnderTestOptions, startChainUnderTest } from '../chain-under-test.ts';
import type { Change } from '../template-change.ts';
import { diagnose } from './diagnose.ts';
import { visit } from './visit.ts';

/** The shipped chain with one thing wrong. */
export interface Broken {
  readonly row: string;
  readonly how: string;
  /** Default: as shipped. */
  readonly apiOn?: ApiOn;
  /** In the template. */
  readonly change?: Change;
  /** In the service. */
  readonly mistakes?: readonly Mistake[];
  /** A fact of AWS without which the fault would not show. */
  readonly switches?: Partial<Switches>;
  readonly slowPutMilliseconds?: number;
  readonly prepare?: (under: ChainUnderTest) => Promise<void>;
  /** What the row says of it. */
  readonly says: RegExp;
  /** Rows that cannot but come with it. */
  readonly also?: readonly string[];
}

/** The fault is found, by its own row and by no other. */
export async function expectOnly({ row, says, also = [], ...rest }: Broken): Promise<void> {
  const found = await diagnosisOf(rest);
  expect(Object.keys(found).sort(), JSON.stringify(found)).toEqual([row, ...also].sort());
  expect(found[row]?.join('\n')).toMatch(says);
}

export const plainOddKeys = ['a+b 100%.jpg', 'cafe\u0301.jpg'];

/** Builds what is asked for, visits it, and gives what is wrong by row. */
export async function diagnosisOf({
  change,
  mistakes,
  switches,
  prepare,
  oddKeys = plainOddKeys,
  slowPutMilliseconds = 300,
  ...options
}: Partial<Broken> & ChainUnderTestOptions & { readonly oddKeys?: readonly string[] }) {
  const under = await startChainUnderTest({
    ...options,
    ...(change && { change }),
    ...(mistakes && { codeDirectory: await builtWith(...mistakes) }),
    ...(switches && { switches }),
  });
  try {
    await prepare?.(under);
    return diagnose(await visit(under, { oddKeys, slowPutMilliseconds }));
  } finally {
    await under.stop();
  }
}
