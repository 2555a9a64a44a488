import type { Choice } from '../contract.ts';
import type { ChainModel } from './chain-model.ts';

interface Props {
  readonly model: ChainModel;
}

const daysOfOneStep = 14;

/** The fault that the tour shows: the loop of the articles on this design. */
export const loopFault = { name: 'redirect-cached-for-a-day' };

/** Changes the chain by one button each. The bar at the bottom says what was changed. */
export function WhatIf({ model }: Props) {
  const { setup, keptRedirects } = model.state;
  const { catalogue, image, preset } = model;
  const isCut = setup.s3 !== 'works';
  const isBroken = setup.lambda === 'exits' || setup.lambda === 'throttled';
  const later = setup.daysAhead + daysOfOneStep;
  return (
    <section class="panel what-if" aria-labelledby="what-if-title">
      <h2 id="what-if-title">What if …</h2>
      <div class="actions">
        <button
          type="button"
          onClick={() => model.act('forget-edge', 'The edge cache is empty: the next view goes to S3.')}
        >
          Clear the edge cache
        </button>
        <button
          type="button"
          onClick={() =>
            model.act('delete-derivative', `${preset}/${image} is deleted in S3. The edge cache may still hold it.`)
          }
        >
          Delete the derivative
        </button>
        <button
          type="button"
          onClick={() =>
            model.act('replace-original', `${image} is replaced. Its derivatives are still of the old image.`)
          }
        >
          Replace the original
        </button>
        <button
          type="button"
          onClick={() => model.set({ daysAhead: later }, `${later} days later: caches check what they hold again.`)}
        >
          Advance {daysOfOneStep} days
        </button>
        <button
          type="button"
          aria-pressed={isCut}
          onClick={() =>
            isCut
              ? model.set({ s3: 'works' }, 'The Lambda reaches S3 again.')
              : model.set({ s3: 'cut' }, 'The Lambda cannot reach S3. Only a cold miss shows it.')
          }
        >
          Cut off S3
        </button>
        <button
          type="button"
          aria-pressed={isBroken}
          onClick={() =>
            isBroken
              ? model.set({ lambda: 'own' }, 'The Lambda works again.')
              : model.set({ lambda: 'exits' }, 'The Lambda exits without an answer. Only a cold miss shows it.')
          }
        >
          Break the Lambda
        </button>
        {keptRedirects > 0 && (
          <button type="button" onClick={() => model.act('forget-browser', 'The browser cache is empty.')}>
            Clear the browser cache ({keptRedirects})
          </button>
        )}
      </div>
      <div class="settings">
        <Setting name="lambda" title="Lambda" choices={catalogue.lambda} value={setup.lambda} model={model} />
        <Setting name="s3" title="S3" choices={catalogue.s3} value={setup.s3} model={model} />
        <Setting name="template" title="Template" choices={catalogue.template} value={setup.template} model={model} />
      </div>
    </section>
  );
}

/** Known faults: each sets the chain up, views the image, and the result explains it. */
export function Faults({ model }: Props) {
  return (
    <section class="panel faults" aria-labelledby="faults-title">
      <h2 id="faults-title">Known faults</h2>
      <p class="hint">
        Each one sets up the chain, views the chosen image and explains what goes wrong. Reset takes it back. The codes
        are the rows of <code>make lint-chain</code> and docs/fidelity.md.
      </p>
      <div class="fault-list">
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
      <p class="hint">Every setting is emulated. The first deploy shows which ones are true.</p>
      <div class="settings">
        {model.catalogue.questions.map(({ name, title, choices }) => (
          <Setting
            key={name}
            name={name}
            title={title}
            choices={choices}
            value={String(switches[name])}
            model={model}
            isSwitch
          />
        ))}
      </div>
    </section>
  );
}

interface SettingProps {
  readonly name: string;
  readonly title: string;
  readonly choices: readonly Choice[];
  readonly value: string;
  readonly model: ChainModel;
  readonly isSwitch?: boolean;
}

function Setting({ name, title, choices, value, model, isSwitch = false }: SettingProps) {
  const says = choices.find((choice) => choice.value === value)?.says;
  const set = (next: string) => {
    const chosen = choices.find((choice) => choice.value === next)?.title ?? next;
    model.set(isSwitch ? { switches: { [name]: next } } : { [name]: next }, `${title}: ${chosen}.`);
  };
  return (
    <div class="setting">
      <label for={`set-${name}`}>{title}</label>
      <select
        id={`set-${name}`}
        value={value}
        aria-describedby={says && `says-${name}`}
        onChange={({ currentTarget }) => set(currentTarget.value)}
      >
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.title}
          </option>
        ))}
      </select>
      {says && <small id={`says-${name}`}>{says}</small>}
    </div>
  );
}
