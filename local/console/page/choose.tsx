import { useEffect, useState } from 'preact/hooks';
import type { ChainModel } from './chain-model.ts';
import { Select } from './controls.tsx';
import { bytes } from './format.ts';
import { thumbnailUrl } from './server.ts';

/** A size without a routing rule, to see what happens then. */
const unlisted = '999x999';

/** What is viewed: an original, a size and a format. */
export function Choose({ model }: { readonly model: ChainModel }) {
  const { image, preset, state, originals } = model;
  const [size = '', format = ''] = preset.split(/\.(.*)/);
  const sizes = [...new Set([...state.presets, unlisted, preset].map((one) => one.replace(/\..*/, '')))];
  const formats = ['', 'webp', 'avif', format].filter((one, at, all) => {
    return all.indexOf(one) === at && (one === format || state.presets.includes(`${size}.${one}`) || one === '');
  });
  const chooseSize = (next: string) => {
    const wanted = format === '' ? next : `${next}.${format}`;
    model.choose({ preset: state.presets.includes(wanted) ? wanted : next });
  };
  return (
    <section class="panel choose" aria-labelledby="choose-title">
      <h2 id="choose-title">Choose</h2>
      <fieldset>
        <legend>Original</legend>
        <div class="originals">
          {originals.map(({ key, bytes: size }) => (
            <label key={key} class="image" title={`${key}, ${bytes(size)}`}>
              <input
                type="radio"
                name="image"
                checked={key === image}
                aria-label={key}
                onChange={() => model.choose({ image: key })}
              />
              <Thumbnail image={key} />
              <span class="image-name">{key.replace(/^.*\//, '')}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <Upload onFiles={(files) => model.upload(files)} />
      <div class="actions">
        <Select
          label="Size"
          value={size}
          choices={sizes.map((one) => ({
            value: one,
            title: state.presets.includes(one) ? one : `${one} (not on the list)`,
          }))}
          onChoose={chooseSize}
        />
        <Select
          label="Format"
          value={format}
          choices={formats.map((value) => ({ value, title: value === '' ? 'as original' : value }))}
          onChoose={(value) => model.choose({ preset: value === '' ? size : `${size}.${value}` })}
        />
      </div>
      <label class="flow">
        <input
          type="checkbox"
          checked={state.setup.browser === 'caches-redirects'}
          onChange={(event) => model.set({ browser: event.currentTarget.checked ? 'caches-redirects' : 'none' })}
        />
        Browser caches redirects
      </label>
      <button type="button" class="primary" disabled={image === ''} onClick={() => model.show('view')}>
        View image
      </button>
      <p class="url">{image === '' ? 'There are no originals yet: upload one.' : `/${preset}/${image}`}</p>
    </section>
  );
}

function Thumbnail({ image }: { readonly image: string }) {
  const [isBroken, setBroken] = useState(false);
  if (isBroken) return <span class="no-image">?</span>;
  return <img src={thumbnailUrl(image)} alt="" loading="lazy" onError={() => setBroken(true)} />;
}

/** Takes files that are chosen, or dropped on it. */
function Upload({ onFiles }: { readonly onFiles: (files: readonly File[]) => void }) {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    // Else the browser would show a file that was dropped beside the field in place of the page.
    for (const type of ['dragover', 'drop']) addEventListener(type, (event) => event.preventDefault());
  }, []);
  return (
    <label
      class={isOver ? 'drop over' : 'drop'}
      onDragOver={() => setOver(true)}
      onDragLeave={() => setOver(false)}
      onDrop={({ dataTransfer }) => {
        setOver(false);
        onFiles([...(dataTransfer?.files ?? [])]);
      }}
    >
      <input
        type="file"
        multiple
        accept="image/*"
        onChange={({ currentTarget }) => {
          onFiles([...(currentTarget.files ?? [])]);
          currentTarget.value = '';
        }}
      />
      <strong>Drop images here</strong>, or choose some to upload
    </label>
  );
}

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
    ['Replace the original', () => model.purge('replace-original')],
    ['Delete the original', () => model.purge('delete-original')],
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
