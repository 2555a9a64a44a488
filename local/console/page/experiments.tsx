import type { ChainModel } from './chain-model.ts';
import { Select } from './controls.tsx';

const daysOfOneStep = 14;

/** The fault that the tour shows: the loop of the articles on this design. */
export const loopFault = { name: 'redirect-cached-for-a-day' };

interface Button {
  readonly title: string;
  readonly act: () => void;
  readonly isPressed?: boolean;
}

/** Buttons that change the chain. The bar at the bottom of the page says what each one changed. */
function buttonsOf(model: ChainModel): readonly Button[] {
  const { image, preset } = model;
  const { setup, keptRedirects } = model.state;
  const isCut = setup.s3 !== 'works';
  const isBroken = setup.lambda === 'exits' || setup.lambda === 'throttled';
  const later = setup.daysAhead + daysOfOneStep;
  const buttons: Button[] = [
    {
      title: 'Clear the edge cache',
      act: () => model.act('forget-edge', 'The edge cache is empty: the next view goes to S3.'),
    },
    {
      title: 'Delete the derivative',
      act: () => model.act('delete-derivative', `${preset}/${image} is deleted in S3. The edge may still hold it.`),
    },
    {
      title: 'Replace the original',
      act: () => model.act('replace-original', `${image} is replaced. Its derivatives show the old image.`),
    },
    {
      title: `Advance ${daysOfOneStep} days`,
      act: () => model.set({ daysAhead: later }, `${later} days later: caches check again what they hold.`),
    },
    {
      title: 'Cut off S3',
      isPressed: isCut,
      act: () =>
        isCut
          ? model.set({ s3: 'works' }, 'The Lambda reaches S3 again.')
          : model.set({ s3: 'cut' }, 'The Lambda cannot reach S3. Only a cold miss shows it.'),
    },
    {
      title: 'Break the Lambda',
      isPressed: isBroken,
      act: () =>
        isBroken
          ? model.set({ lambda: 'own' }, 'The Lambda works again.')
          : model.set({ lambda: 'exits' }, 'The Lambda exits without an answer. Only a cold miss shows it.'),
    },
  ];
  const clear = () => model.act('forget-browser', 'The browser cache is empty.');
  if (keptRedirects > 0) buttons.push({ title: `Clear the browser cache (${keptRedirects})`, act: clear });
  return buttons;
}

interface Props {
  readonly model: ChainModel;
}

export function WhatIf({ model }: Props) {
  const { catalogue, state } = model;
  const settings = [
    { name: 'lambda', title: 'Lambda' },
    { name: 's3', title: 'S3' },
    { name: 'template', title: 'Template' },
  ] as const;
  return (
    <section class="panel what-if" aria-labelledby="what-if-title">
      <h2 id="what-if-title">What if …</h2>
      <div class="actions">
        {buttonsOf(model).map(({ title, act, isPressed }) => (
          <button key={title} type="button" aria-pressed={isPressed} onClick={act}>
            {title}
          </button>
        ))}
      </div>
      {settings.map(({ name, title }) => (
        <Select
          key={name}
          label={title}
          value={state.setup[name]}
          choices={catalogue[name]}
          onChoose={(value) => model.set({ [name]: value }, `${title}: ${titleOf(value, catalogue[name])}.`)}
        />
      ))}
    </section>
  );
}

/** Known faults: each sets up the chain, views the image, and the result explains it. */
export function Faults({ model }: Props) {
  return (
    <section class="panel faults" aria-labelledby="faults-title">
      <h2 id="faults-title">Known faults</h2>
      <p class="soft">
        Each one sets up the chain, views the chosen image and explains what goes wrong. Reset takes it back. The codes
        are the rows of <code>make lint-chain</code> and docs/fidelity.md.
      </p>
      <div class="columns">
        {model.catalogue.recipes.map(({ name, title, says, mechanism }) => (
          <button key={name} type="button" class="fault-button" onClick={() => model.show('recipe', { name })}>
            <b>
              {title} ({mechanism})
            </b>
            <small>{says}</small>
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
        {model.catalogue.questions.map(({ name, title, choices }) => (
          <Select
            key={name}
            label={title}
            value={String(switches[name])}
            choices={choices}
            onChoose={(value) => model.set({ switches: { [name]: value } }, `${title}: ${titleOf(value, choices)}.`)}
          />
        ))}
      </div>
    </section>
  );
}

function titleOf(value: string, choices: readonly { readonly value: string; readonly title: string }[]): string {
  return choices.find((choice) => choice.value === value)?.title ?? value;
}
