import type { ChainModel } from './chain-model.ts';
import { Select } from './controls.tsx';

interface Props {
  readonly model: ChainModel;
}

const daysOfOneStep = 14;

/** The scenario of the tour: the loop of the articles on this design. */
export const loopScenario = { name: 'cached-redirect' };

/** Changes the chain. The bar at the bottom of the page says what each button changed. */
export function WhatIf({ model }: Props) {
  const { catalogue } = model;
  const { setup, cachedRedirects } = model.state;
  const isCut = setup.s3 !== 'none';
  const isBroken = setup.lambda === 'crashes' || setup.lambda === 'throttled';
  const buttons: readonly (readonly [title: string, act: () => void, isPressed?: boolean])[] = [
    ['Clear the edge cache', () => model.act('clear-edge-cache')],
    ['Delete the derivative', () => model.act('delete-derivative')],
    ['Replace the original', () => model.act('replace-original')],
    [`Advance ${daysOfOneStep} days`, () => model.set({ daysAhead: setup.daysAhead + daysOfOneStep })],
    ['Cut off S3', () => model.set({ s3: isCut ? 'none' : 'cut' }), isCut],
    ['Break the Lambda', () => model.set({ lambda: isBroken ? 'none' : 'crashes' }), isBroken],
  ];
  return (
    <section class="panel what-if" aria-labelledby="what-if-title">
      <h2 id="what-if-title">What if …</h2>
      <div class="actions">
        {buttons.map(([title, act, isPressed]) => (
          <button key={title} type="button" aria-pressed={isPressed} onClick={act}>
            {title}
          </button>
        ))}
        {cachedRedirects > 0 && (
          <button type="button" onClick={() => model.act('clear-browser-cache')}>
            Clear the browser cache ({cachedRedirects})
          </button>
        )}
      </div>
      {(['lambda', 's3', 'template'] as const).map((part) => (
        <Select
          key={part}
          label={{ lambda: 'Lambda', s3: 'S3', template: 'Template' }[part]}
          value={setup[part]}
          choices={catalogue[part]}
          onChoose={(value) => model.set({ [part]: value })}
        />
      ))}
    </section>
  );
}

/** Known faults: each sets up the chain, views the image, and the result explains it. */
export function Scenarios({ model }: Props) {
  return (
    <section class="panel scenarios" aria-labelledby="scenarios-title">
      <h2 id="scenarios-title">Known faults</h2>
      <p class="soft">
        Each one sets up the chain, views the chosen image and explains what goes wrong. Reset takes it back. The codes
        are the rows of <code>make lint-chain</code> and docs/fidelity.md.
      </p>
      <div class="columns">
        {model.catalogue.scenarios.map(({ name, title, description, code }) => (
          <button key={name} type="button" class="scenario" onClick={() => model.show('scenario', { name })}>
            <b>
              {title} ({code})
            </b>
            <small>{description}</small>
          </button>
        ))}
      </div>
    </section>
  );
}

/** What AWS does not document. */
export function AwsSwitches({ model }: Props) {
  const { switches } = model.state.setup;
  return (
    <section class="panel switches" aria-labelledby="switches-title">
      <h2 id="switches-title">Undocumented AWS behaviour</h2>
      <p class="soft">Every setting is emulated. The first deploy shows which ones are true.</p>
      <div class="columns">
        {model.catalogue.switches.map(({ name, title, choices }) => (
          <Select
            key={name}
            label={title}
            value={String(switches[name])}
            choices={choices}
            onChoose={(value) => model.set({ switches: { [name]: value } })}
          />
        ))}
      </div>
    </section>
  );
}
