import type { Images } from '../chain/buckets.ts';
import type { Switches } from '../chain/context.ts';
import type { Chain } from '../chain/start-chain.ts';
import { type LambdaFault, lambdaFaults, type S3Fault, s3Faults, templateFaults } from './catalogue.ts';
import { choicesOf, type Part, parts, type Setup, type SetupChange, switchCards } from './setup.ts';

/** Breaks a running chain, and repairs it. */
export interface Control {
  /** The setup of the start. */
  readonly initial: Setup;
  current(): Setup;
  /** Sets what is given and leaves the rest. Rejects when a template cannot be changed so; then nothing has changed. */
  set(change: SetupChange): Promise<void>;
  /** Returns to the setup of the start. */
  reset(): Promise<void>;
  /** What differs from the start now. */
  changes(): readonly Change[];
}

export interface Change {
  readonly id: Part | 'daysAhead' | keyof Switches;
  readonly title: string;
}

const dayMilliseconds = 24 * 60 * 60 * 1000;
const partNames: Readonly<Record<Part, string>> = {
  template: 'Template',
  lambda: 'Lambda',
  s3: 'S3',
  browser: 'Browser',
};

export function createControl(chain: Chain, images: Pick<Images, 'read' | 'put'>): Control {
  const initial: Setup = {
    browser: 'none',
    lambda: 'none',
    s3: 'none',
    template: 'none',
    switches: { ...chain.switches },
    daysAhead: 0,
  };
  let setup = initial;
  /** Objects that S3 has removed since the clock was moved. They stay removed when it is moved back. */
  let expired = 0;
  let removeS3Fault = (): void => {};

  function setS3(name: Setup['s3']): void {
    removeS3Fault();
    removeS3Fault = () => {};
    if (name === 'none') return;
    const { bucket, ...fault }: S3Fault['fault'] = s3Faults[name].fault;
    removeS3Fault = chain.faults.add({ ...fault, ...(bucket && { bucket: chain.s3[bucket] }) });
  }

  function setLambda(name: Setup['lambda']): void {
    const before = faultOf(setup.lambda);
    const after = faultOf(name);
    if (before?.settings || after?.settings) chain.lambda.change(after?.settings);
    if (after?.interceptor) chain.interceptors.invoke = after.interceptor(chain, images);
    else delete chain.interceptors.invoke;
  }

  /** Moves the clock forward, or back to today first. What the edge cached in the future is dropped then. */
  async function setDays(daysAhead: number): Promise<void> {
    const isBack = daysAhead < setup.daysAhead;
    if (isBack) {
      chain.clock.reset();
      chain.edge.clear();
    }
    chain.clock.advance((daysAhead - (isBack ? 0 : setup.daysAhead)) * dayMilliseconds);
    setup = { ...setup, daysAhead };
    const removed = await chain.expire();
    expired = daysAhead === 0 ? 0 : expired + removed;
  }

  const control: Control = {
    initial,
    current: () => ({ ...setup, switches: { ...chain.switches } }),
    async set({ switches = {}, ...change }) {
      const next: Setup = { ...setup, ...change };
      // First, since it may be refused.
      if (next.template !== setup.template) {
        chain.endpoints.change(next.template === 'none' ? undefined : templateFaults[next.template].edit);
      }
      for (const name of Object.keys(switches) as (keyof Switches)[]) {
        const value = switches[name];
        if (value !== undefined && value !== chain.switches[name]) chain.setSwitch(name, value);
      }
      if (next.s3 !== setup.s3) setS3(next.s3);
      if (next.lambda !== setup.lambda) setLambda(next.lambda);
      const { daysAhead } = setup;
      setup = { ...next, daysAhead };
      // Last, since it waits: meanwhile `current` is already right.
      if (next.daysAhead !== daysAhead) await setDays(next.daysAhead);
    },
    reset: () => control.set(initial),
    changes() {
      const { switches, daysAhead } = control.current();
      const removed =
        expired === 0 ? '' : `, ${expired} expired ${expired === 1 ? 'object is' : 'objects are'} removed`;
      return [
        ...parts.flatMap((id): Change[] => {
          if (setup[id] === initial[id]) return [];
          return [{ id, title: `${partNames[id]}: ${titleOf(setup[id], choicesOf(id))}` }];
        }),
        ...(daysAhead === 0 ? [] : [{ id: 'daysAhead' as const, title: `Clock: ${daysAhead} days ahead${removed}` }]),
        ...switchCards.flatMap(({ name: id, title, choices }): Change[] => {
          if (switches[id] === initial.switches[id]) return [];
          return [{ id, title: `${title}: ${titleOf(String(switches[id]), choices)}` }];
        }),
      ];
    },
  };
  return control;
}

function faultOf(name: Setup['lambda']): LambdaFault | undefined {
  return name === 'none' ? undefined : lambdaFaults[name];
}

function titleOf(value: string, choices: ReturnType<typeof choicesOf>): string {
  return choices.find((choice) => choice.value === value)?.title ?? value;
}
