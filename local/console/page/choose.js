/** @import { Images, Original, State } from '../contract.ts' */
import { h, part } from './dom.js';
import { size as inBytes } from './format.js';
import { thumbnailUrl } from './server.js';

/** A size that no rule begins with, to see what happens then. */
const unlisted = '999x999';
/** The size to begin with is the first that is not smaller: an icon shows little. */
const plainPixels = 200;

/** @param {readonly string[]} presets @returns {Map<string, string[]>} each size and the formats that it can be asked for in */
export function sizesOf(presets) {
  /** @type {Map<string, string[]>} */
  const sizes = new Map();
  for (const preset of presets) {
    const [size = '', format = ''] = preset.split(/\.(.*)/);
    sizes.set(size, [...(sizes.get(size) ?? []), format]);
  }
  return sizes.set(unlisted, ['']);
}

/**
 * The choice of what is viewed. `preset` and `image` are always what the page shows as chosen.
 * @param {{ changed: () => void, upload: (files: readonly File[]) => void }} actions
 */
export function chooser({ changed, upload }) {
  const [sizeSelect, formatSelect] = [part('size', HTMLSelectElement), part('format', HTMLSelectElement)];
  /** @type {Map<string, string[]>} */
  let sizes = new Map();
  let image = '';
  /** @type {readonly Original[]} */
  let originals = [];

  function showFormats() {
    const wanted = formatSelect.value;
    const formats = sizes.get(sizeSelect.value) ?? [''];
    formatSelect.replaceChildren(
      ...formats.map((format) => h('option', { value: format }, format === '' ? 'as original' : format)),
    );
    formatSelect.value = formats.includes(wanted) ? wanted : (formats[0] ?? '');
    formatSelect.disabled = formats.length < 2;
  }

  sizeSelect.addEventListener('change', () => {
    showFormats();
    changed();
  });
  formatSelect.addEventListener('change', changed);
  part('images').addEventListener('change', ({ target }) => {
    if (target instanceof HTMLInputElement) image = target.value;
    changed();
  });
  uploads(upload);

  function showImages() {
    part('images').replaceChildren(
      ...originals.map(({ key, bytes }, index) =>
        h(
          'label',
          { class: 'image', title: `${key}, ${inBytes(bytes)}` },
          h('input', {
            type: 'radio',
            name: 'image',
            value: key,
            checked: key === image,
            id: `image-${index}`,
            'aria-label': key,
          }),
          thumbnail(key),
          h('span', { class: 'image-name' }, key.replace(/^.*\//, '')),
        ),
      ),
    );
  }

  return {
    preset: () => (formatSelect.value === '' ? sizeSelect.value : `${sizeSelect.value}.${formatSelect.value}`),
    image: () => image,
    /** @param {State} state */
    showSizes({ presets }) {
      if (sizes.size > 0) return;
      sizes = sizesOf(presets);
      sizeSelect.replaceChildren(
        ...[...sizes.keys()].map((size) =>
          h('option', { value: size }, size === unlisted ? `${size} (not on the list)` : size),
        ),
      );
      sizeSelect.value = [...sizes.keys()].find((size) => Number.parseInt(size, 10) >= plainPixels) ?? '';
      showFormats();
    },
    /** @param {Images} images */
    showImages({ originals: list, first }) {
      originals = list;
      if (!list.some(({ key }) => key === image)) image = first ?? '';
      showImages();
    },
    /** @param {{ image?: string | undefined, preset?: string | undefined }} wanted */
    choose(wanted) {
      if (wanted.image !== undefined) image = wanted.image;
      if (wanted.preset !== undefined) {
        const [size = '', format = ''] = wanted.preset.split(/\.(.*)/);
        if (!sizes.has(size)) {
          sizes.set(size, [format]);
          sizeSelect.append(h('option', { value: size }, `${size} (not on the list)`));
        }
        sizeSelect.value = size;
        showFormats();
        formatSelect.value = format;
      }
      showImages();
    },
  };
}

/** @param {string} key */
function thumbnail(key) {
  const img = h('img', { src: thumbnailUrl(key), alt: '', loading: 'lazy', width: 96, height: 96 });
  img.addEventListener('error', () => img.replaceWith(h('span', { class: 'no-image', 'aria-hidden': 'true' }, '?')));
  return img;
}

/** Files that are dropped anywhere in the panel, or chosen. @param {(files: readonly File[]) => void} upload */
function uploads(upload) {
  const [drop, file] = [part('drop'), part('file', HTMLInputElement)];
  file.addEventListener('change', () => {
    upload([...(file.files ?? [])]);
    file.value = '';
  });
  // Else the browser would show the file in place of the page.
  for (const type of ['dragover', 'drop']) addEventListener(type, (event) => event.preventDefault());
  drop.addEventListener('dragover', () => drop.classList.add('over'));
  drop.addEventListener('dragleave', () => drop.classList.remove('over'));
  drop.addEventListener('drop', ({ dataTransfer }) => {
    drop.classList.remove('over');
    upload([...(dataTransfer?.files ?? [])]);
  });
}
