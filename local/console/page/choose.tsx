import { useEffect, useState } from 'preact/hooks';
import type { ChainModel } from './chain-model.ts';
import { bytes } from './format.ts';
import { thumbnailUrl } from './server.ts';

/** A size without a routing rule, to see what happens then. */
const unlisted = '999x999';

interface Props {
  readonly model: ChainModel;
}

/** What is viewed: an original, a size and a format. */
export function Choose({ model }: Props) {
  const { image, preset, state, originals } = model;
  const [size = '', format = ''] = preset.split(/\.(.*)/);
  const formatsBySize = Map.groupBy([...new Set([...state.presets, unlisted, preset])], (one) => one.split('.')[0]);
  const formats = (formatsBySize.get(size) ?? []).map((one) => one.slice(size.length + 1));
  const isListed = (one = '') => state.presets.some((listed) => listed.split('.')[0] === one);
  const chooseSize = (next: string) => {
    const wanted = format === '' ? next : `${next}.${format}`;
    model.choose({ preset: state.presets.includes(wanted) ? wanted : next });
  };
  return (
    <section class="panel choose" aria-labelledby="choose-title">
      <h2 id="choose-title">Choose</h2>
      <fieldset>
        <legend>Original</legend>
        <div class="grid">
          {originals.map(({ key, bytes: size }) => (
            <label key={key} class="image" title={`${key}, ${bytes(size)}`}>
              <input
                type="radio"
                name="image"
                value={key}
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
      <div class="row">
        <div>
          <label for="size">Size</label>
          <select id="size" value={size} onChange={({ currentTarget }) => chooseSize(currentTarget.value)}>
            {[...formatsBySize.keys()].map((one) => (
              <option key={one} value={one}>
                {isListed(one) ? one : `${one} (not on the list)`}
              </option>
            ))}
          </select>
        </div>
        <div>
          <label for="format">Format</label>
          <select
            id="format"
            value={format}
            disabled={formats.length < 2}
            onChange={({ currentTarget: { value } }) =>
              model.choose({ preset: value === '' ? size : `${size}.${value}` })
            }
          >
            {formats.map((one) => (
              <option key={one} value={one}>
                {one === '' ? 'as original' : one}
              </option>
            ))}
          </select>
        </div>
      </div>
      <label class="check">
        <input
          type="checkbox"
          checked={state.setup.browser === 'keeps-redirects'}
          onChange={({ currentTarget: { checked } }) =>
            checked
              ? model.set({ browser: 'keeps-redirects' }, 'The browser caches redirects now, as real browsers do.')
              : model.set({ browser: 'forgets' }, 'The browser forgets redirects now: each view asks again.')
          }
        />
        Browser caches redirects
      </label>
      <button type="button" id="view" class="primary" disabled={image === ''} onClick={() => model.show('view')}>
        View image
      </button>
      <p class="address" id="address">
        {image === '' && originals.length === 0 ? 'There are no originals yet: upload one.' : `/${preset}/${image}`}
      </p>
    </section>
  );
}

function Thumbnail({ image }: { readonly image: string }) {
  const [isBroken, setBroken] = useState(false);
  if (isBroken) {
    return (
      <span class="no-image" aria-hidden="true" title="No browser can draw this file">
        ?
      </span>
    );
  }
  return <img src={thumbnailUrl(image)} alt="" loading="lazy" width={96} height={96} onError={() => setBroken(true)} />;
}

interface UploadProps {
  readonly onFiles: (files: readonly File[]) => void;
}

/** Takes files that are chosen, or dropped on it. */
function Upload({ onFiles }: UploadProps) {
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
      <span>
        <strong>Drop images here</strong>, or choose some to upload
      </span>
    </label>
  );
}
