/** @import { Catalogue, Choice, State } from '../contract.ts' */
import { h, part, replaceKeepingFocus } from './dom.js';

/**
 * @typedef {{
 *   action: (name: string, fields?: Record<string, unknown>) => void,
 *   set: (wanted: Record<string, unknown>) => void,
 *   scenario: (name: string) => void,
 *   tour: (name: 'cold' | 'warm' | 'loop') => void,
 * }} Actions
 */

const daysOfOneStep = 14;
const classicLoop = 'cached-redirect';

/** @param {Actions} actions */
export function showTour({ tour }) {
  /** @type {readonly (readonly ['cold' | 'warm' | 'loop', string, string])[]} */
  const steps = [
    ['cold', 'See a cold view', 'nobody has asked before'],
    ['warm', 'See a warm view', 'everybody after that'],
    ['loop', 'See a loop', 'the mistake to know'],
  ];
  part('tour').replaceChildren(
    ...steps.map(([name, title, says], index) =>
      h(
        'button',
        { type: 'button', class: `tour-step ${name}`, onclick: () => tour(name) },
        h('span', { class: 'step', 'aria-hidden': 'true' }, index + 1),
        h('span', {}, h('b', {}, title), h('small', {}, says)),
      ),
    ),
  );
}

export const tourScenario = classicLoop;

/** @param {Catalogue} catalogue @param {Actions} actions */
export function showScenarios({ scenarios }, { scenario }) {
  part('recipes').replaceChildren(
    ...scenarios.map(({ name, title, description, code }) =>
      h(
        'button',
        { type: 'button', class: 'recipe', onclick: () => scenario(name) },
        h('span', { class: 'id' }, code),
        h('span', {}, h('b', {}, title), h('small', {}, description)),
      ),
    ),
  );
}

/** Buttons and settings, as the chain stands now. @param {Catalogue} catalogue @param {State} state @param {Actions} actions */
export function showExperiments(catalogue, { setup, cachedRedirects }, { action, set }) {
  const [isCut, isBroken] = [setup.s3 !== 'none', setup.lambda === 'crashes' || setup.lambda === 'throttled'];
  replaceKeepingFocus(part('actions'), [
    button('clear-edge-cache', 'Clear the edge cache', () => action('clear-edge-cache')),
    button('delete-derivative', 'Delete the derivative', () => action('delete-derivative')),
    button('replace-original', 'Replace the original', () => action('replace-original')),
    button('days', `${daysOfOneStep} days pass`, () => set({ daysAhead: setup.daysAhead + daysOfOneStep })),
    toggle('cut-s3', 'Cut S3', isCut, () => set({ s3: isCut ? 'none' : 'cut' })),
    toggle('break-lambda', 'Break the Lambda', isBroken, () => set({ lambda: isBroken ? 'none' : 'crashes' })),
    cachedRedirects > 0 &&
      button('clear-browser-cache', `Clear the browser cache (${cachedRedirects})`, () =>
        action('clear-browser-cache'),
      ),
  ]);
  replaceKeepingFocus(part('parts'), [
    select('lambda', 'The Lambda …', catalogue.lambda, setup.lambda, (value) => set({ lambda: value })),
    select('s3', 'S3 …', catalogue.s3, setup.s3, (value) => set({ s3: value })),
    select('template', 'The template', catalogue.template, setup.template, (value) => set({ template: value })),
  ]);
  replaceKeepingFocus(
    part('switches'),
    catalogue.switches.map(({ name, title, choices }) =>
      select(name, title, choices, String(setup.switches[name]), (value) => set({ switches: { [name]: value } })),
    ),
  );
  part('keeps', HTMLInputElement).checked = setup.browser === 'caches-redirects';
}

/** @param {string} id @param {string} title @param {() => void} act */
function button(id, title, act) {
  return h('button', { type: 'button', id: `do-${id}`, onclick: act }, title);
}

/** @param {string} id @param {string} title @param {boolean} isOn @param {() => void} act */
function toggle(id, title, isOn, act) {
  return h('button', { type: 'button', id: `do-${id}`, 'aria-pressed': String(isOn), onclick: act }, title);
}

/** @param {string} id @param {string} title @param {readonly Choice[]} choices @param {string} value @param {(value: string) => void} act */
function select(id, title, choices, value, act) {
  const says = choices.find((choice) => choice.value === value)?.description;
  const element = h(
    'select',
    {
      id: `set-${id}`,
      'aria-describedby': says && `says-${id}`,
      onchange: (/** @type {Event} */ { target }) => target instanceof HTMLSelectElement && act(target.value),
    },
    ...choices.map((choice) => h('option', { value: choice.value, selected: choice.value === value }, choice.title)),
  );
  return h(
    'div',
    { class: 'setting' },
    h('label', { for: `set-${id}` }, title),
    element,
    says && h('small', { id: `says-${id}` }, says),
  );
}

/** What two setups differ in, in the words of the page. @param {Catalogue} catalogue @param {Record<string, string>} flat */
export function setupWords(catalogue, flat) {
  return Object.entries(flat).map(([name, value]) => {
    /** @param {readonly Choice[] | undefined} choices */
    const titleOf = (choices) => choices?.find((choice) => choice.value === value)?.title ?? value;
    if (name === 'daysAhead') return `${value} days have passed`;
    if (name === 'browser') return 'a browser that keeps redirects';
    if (name === 'lambda') return `Lambda ${titleOf(catalogue.lambda)}`;
    if (name === 's3') return `S3 ${titleOf(catalogue.s3)}`;
    if (name === 'template') return `template: ${titleOf(catalogue.template)}`;
    const question = catalogue.switches.find((one) => one.name === name);
    return `${question?.title ?? name}: ${titleOf(question?.choices)}`;
  });
}
