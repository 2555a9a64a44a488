import type { Chain } from '../chain/start-chain.ts';
import type { Switches } from '../chain/switches.ts';
import type { Change, Setup } from '../console/contract.ts';
import {
  invokeIn,
  lambdaChoices,
  s3Choices,
  s3Effects,
  switchQuestions,
  templateChanges,
  templateChoices,
} from './catalogue.ts';

type ControlledChain = Pick<
  Chain,
  | 'interceptors'
  | 'clock'
  | 'edge'
  | 'events'
  | 'expire'
  | 'faults'
  | 'lambda'
  | 'logs'
  | 'setSwitch'
  | 'endpoints'
  | 'switches'
>;

/** How the chain stands, as one value that can be set, compared, sent to a colleague and taken back. */
export interface Control {
  readonly healthy: Setup;
  now(): Setup;
  /** Sets what is given and leaves the rest. */
  set(wanted: Partial<Setup>): Promise<void>;
  /** What differs from the start. */
  changes(): readonly Change[];
  /** What sets one of those back. */
  without(id: string): Partial<Setup>;
}

const dayMilliseconds = 24 * 60 * 60 * 1000;

export function createControl(chain: ControlledChain): Control {
  const healthy: Setup = {
    browser: 'forgets',
    lambda: 'own',
    s3: 'works',
    template: 'own',
    switches: { ...chain.switches },
    daysAhead: 0,
  };
  let now = healthy;
  /** Objects that S3 has removed since time was moved. They stay away when it is moved back, as they would on AWS. */
  let expired = 0;
  let endFault = (): void => {};
  let returnToToday = (): void => {};

  function setSwitches(wanted: Switches): void {
    for (const name of Object.keys(wanted) as (keyof Switches)[]) {
      if (wanted[name] !== chain.switches[name]) chain.setSwitch(name, wanted[name]);
    }
  }

  function setS3({ s3 }: Setup): void {
    endFault();
    endFault = s3 === 'works' ? () => {} : chain.faults.add(s3Effects[s3]);
  }

  function setLambda({ lambda }: Setup): void {
    const { logGroup } = chain.lambda.function;
    const invoke = invokeIn(lambda, `https://${chain.edge.host}`, (line) => {
      chain.logs.write(logGroup, line);
      chain.events.emit({ kind: 'log', group: logGroup, line });
    });
    if (invoke) chain.interceptors.invoke = invoke;
    else delete chain.interceptors.invoke;
  }

  /** Time goes forward day by day as the chain's clock lets it, and back to today alone. */
  function setDays({ daysAhead }: Setup): void {
    if (now.daysAhead === 0) returnToToday = chain.edge.remember();
    if (daysAhead < now.daysAhead) {
      chain.clock.reset();
      returnToToday();
    }
    const from = daysAhead < now.daysAhead ? 0 : now.daysAhead;
    chain.clock.advance((daysAhead - from) * dayMilliseconds);
  }

  const control: Control = {
    healthy,
    now: () => ({ ...now, switches: { ...chain.switches } }),
    async set(wanted) {
      const next: Setup = { ...control.now(), ...wanted };
      // First, since a template may be refused: then nothing has been changed.
      if (next.template !== now.template) {
        chain.endpoints.change(next.template === 'own' ? undefined : templateChanges[next.template]);
      }
      setSwitches(next.switches);
      if (next.s3 !== now.s3) setS3(next);
      if (next.lambda !== now.lambda) setLambda(next);
      const timeMoves = next.daysAhead !== now.daysAhead;
      if (timeMoves) setDays(next);
      now = next;
      // Last, since others may ask meanwhile: by now the chain stands as it is said to.
      if (timeMoves) expired += await chain.expire();
      if (now.daysAhead === 0) expired = 0;
    },
    changes() {
      const { browser, lambda, s3, template, switches, daysAhead } = control.now();
      const list: Change[] = [];
      const note = (id: keyof Setup, title: string) => list.push({ id, title });
      if (template !== healthy.template) note('template', `Template: ${templateChoices[template].title}`);
      if (lambda !== healthy.lambda) note('lambda', `Lambda ${lambdaChoices[lambda].title}`);
      if (s3 !== healthy.s3) note('s3', `S3 ${s3Choices[s3].title}`);
      if (browser !== healthy.browser) note('browser', 'The browser keeps redirects');
      if (daysAhead !== healthy.daysAhead) note('daysAhead', `${daysAhead} days have passed${lossOf(expired)}`);
      for (const { name, title, choices } of switchQuestions) {
        if (switches[name] === healthy.switches[name]) continue;
        const choice = choices.find(({ value }) => value === String(switches[name]));
        list.push({ id: name, title: `${title}: ${choice?.title ?? String(switches[name])}` });
      }
      return list;
    },
    without(id) {
      const { switches } = control.now();
      if (!Object.hasOwn(switches, id)) return { [id]: healthy[id as keyof Setup] };
      return { switches: { ...switches, [id]: healthy.switches[id as keyof Switches] } };
    },
  };
  return control;
}

function lossOf(expired: number): string {
  return expired === 0 ? '' : `, ${expired} ${expired === 1 ? 'object' : 'objects'} of S3 expired for good`;
}
