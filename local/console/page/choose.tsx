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
