/** @import { Done, State, View } from '../contract.ts' */
import { flatSetup, fullSetup, readAsked, readView, writeAddress } from './address-bar.js';
import { chainImage } from './chain-diagram.js';
import { chooser } from './choose.js';
import { part } from './dom.js';
import { setupWords, showExperiments, showScenarios, showTour, tourScenario } from './experiments.js';
import { hopList } from './hop-list.js';
import { showNumbers } from './live-strip.js';
import { createLog } from './log.js';
import { placeOf } from './places.js';
import { change, getCatalogue, getImages, getState, listen, upload } from './server.js';
import { changeBar, comparison, explanation, offer, problem, verdict } from './verdict.js';
import { showRed, watchPage } from './watch.js';

/** Below this the chain stands. */
const narrowPixels = 640;
const uploadFolder = 'uploads/';

const choice = chooser({ changed: onChosen, upload: onUpload });
const log = createLog();
const watch = watchPage();
const catalogue = await boot(getCatalogue);
let state = await boot(getState);
/** @type {View | undefined} */
let view;
/** Whether the shown view was made by this chain's server. */
let isHere = false;
/** A setup that a link asks for and that nobody has answered yet. @type {Record<string, string> | undefined} */
let asked;

const actions = {
  /** @param {string} name */
  action: (name) => run(() => change(name, { image: choice.image(), preset: choice.preset() })),
  /** @param {Record<string, unknown>} wanted */
  set: (wanted) => run(() => change('setup', wanted)),
  /** @param {string} name */
  scenario: (name) => look('scenario', { name }),
  /** @param {'cold' | 'warm' | 'loop'} name */
  tour: (name) => (name === 'loop' ? look('scenario', { name: tourScenario }) : look('view', { as: name })),
};

start();

async function start() {
  showTour(actions);
  showScenarios(catalogue, actions);
  choice.showSizes(state);
  await refreshImages();
  await arrive();
  listen(
    (message) => {
      if (message.kind === 'state') show(message.state);
      else if (message.kind === 'numbers') showNumbers(message.numbers);
      else if (message.kind === 'alarms') showRed(message.red);
      else log.add(message.lines, message.leftOut);
    },
    (connected) => document.body.classList.toggle('lost', !connected),
  );
  part('view').addEventListener('click', () => look('view', {}));
  part('keeps', HTMLInputElement).addEventListener('change', ({ target }) => {
    actions.set({ browser: target instanceof HTMLInputElement && target.checked ? 'caches-redirects' : 'none' });
  });
  addEventListener('popstate', arrive);
  part('skip').addEventListener('click', (event) => {
    // The fragment says which page this is, so it cannot say where on it.
    event.preventDefault();
    part(placeOf(location.hash).page === 'chain' ? 'result' : 'watch-page').focus();
  });
  new ResizeObserver(showChain).observe(part('chain'));
  document.body.classList.add('ready');
}

/** Shows the part of the page that the address names. */
async function arrive() {
  const place = placeOf(location.hash);
  const isChain = place.page === 'chain';
  part('chain-page').hidden = !isChain;
  // Counted since the console started, and in other words than the dashboards: beside them they would contradict.
  part('numbers').hidden = !isChain;
  part('watch-page').hidden = isChain;
  part('to-chain').toggleAttribute('aria-current', isChain);
  part('to-dashboards').toggleAttribute('aria-current', !isChain);
  part('skip').textContent = isChain ? 'Skip to the result' : 'Skip to the dashboard';
  if (place.page !== 'chain') return watch.show(place);
  watch.hide();
  document.title = 'Console of the chain';
  await readAddress();
}

/** What the address says: chosen at once, seen again at once, but set up only when somebody agrees. */
async function readAddress() {
  const { setup, ...wanted } = readAsked();
  choice.choose(wanted);
  view = await readView();
  part('to-chain', HTMLAnchorElement).href = location.hash || '#chain';
  isHere = view?.derivative !== undefined && (await hasBytes(view.id));
  const now = flatSetup(state.setup, state.initial);
  asked = JSON.stringify(setup) === JSON.stringify(now) ? undefined : setup;
  show(state);
  showView();
}

/** @param {string} id */
async function hasBytes(id) {
  const answer = await fetch(`api/derivative?view=${encodeURIComponent(id)}`).catch(() => undefined);
  await answer?.body?.cancel();
  return answer?.ok ?? false;
}

/** @template T @param {() => Promise<T>} ask @returns {Promise<T>} */
async function boot(ask) {
  try {
    return await ask();
  } catch (error) {
    part('problem').replaceChildren(problem(error));
    throw error;
  }
}

/** @param {State} next */
function show(next) {
  state = next;
  part('endpoints').textContent = `${state.stage} chain, images at ${state.edge.replace('http://', '')}`;
  part('changes').replaceChildren(...some(changeBar(state, () => run(() => change('reset')))));
  part('offer').replaceChildren(...some(offerOfLink()));
  showExperiments(catalogue, state, actions);
  showAddress();
}

function offerOfLink() {
  if (asked === undefined || Object.keys(asked).length === 0) return undefined;
  const wanted = fullSetup(asked, state.initial);
  return offer(setupWords(catalogue, asked), {
    accept: () => {
      asked = undefined;
      // A scenario does more than set the chain up.
      if (view?.scenario === undefined) actions.set(wanted);
      else actions.scenario(view.scenario);
    },
    dismiss: () => {
      asked = undefined;
      remember('replace');
      show(state);
    },
  });
}

function showAddress() {
  const [image, preset] = [choice.image(), choice.preset()];
  part('address').textContent = image === '' ? 'There are no originals yet: upload one.' : `/${preset}/${image}`;
  part('view', HTMLButtonElement).disabled = image === '';
}

function showView() {
  part('verdict').replaceChildren(...some(view && verdict(view, { copy })));
  part('why').replaceChildren(...some(view && explanation(view)));
  part('comparison').replaceChildren(...some(view && comparison(view, isHere)));
  part('hops').replaceChildren(...some(view && hopList(view)));
  showChain();
}

function showChain() {
  const shape = part('chain').clientWidth < narrowPixels ? 'narrow' : 'wide';
  part('chain').replaceChildren(chainImage(view, shape));
}

/** @template T @param {T | undefined} one @returns {T[]} */
function some(one) {
  return one === undefined ? [] : [one];
}

function onChosen() {
  showAddress();
  remember('replace');
}

/** @param {'push' | 'replace'} how */
async function remember(how) {
  // Somebody has gone on to the dashboards meanwhile.
  if (placeOf(location.hash).page !== 'chain') return;
  const setup = asked ?? flatSetup(state.setup, state.initial);
  await writeAddress({ image: choice.image(), preset: choice.preset(), setup, view }, how);
  part('to-chain', HTMLAnchorElement).href = location.hash || '#chain';
}

/** Views the chosen image. @param {string} name @param {Record<string, unknown>} fields */
function look(name, fields) {
  return run(async () => {
    const answer = await change(name, { ...fields, image: choice.image(), preset: choice.preset() });
    if (answer.view) {
      view = answer.view;
      isHere = true;
      choice.choose({ image: view.image });
    }
    return answer;
  });
}

/** On a phone the result is below what was pressed. @param {HTMLElement} element */
function bringIntoSight(element) {
  const { top } = element.getBoundingClientRect();
  if (top > innerHeight * 0.6 || top < -innerHeight * 0.5) element.scrollIntoView();
}

let running = 0;

/** @param {() => Promise<Done>} work @param {string} [said] */
async function run(work, said) {
  running += 1;
  document.body.setAttribute('aria-busy', 'true');
  try {
    const answer = await work();
    asked = undefined;
    part('problem').replaceChildren();
    show(answer.state);
    if (answer.view) {
      showView();
      bringIntoSight(part('result'));
    }
    part('announce').textContent = said ?? answer.done ?? (view ? `${view.title}. ${view.description}` : '');
    await remember(answer.view ? 'push' : 'replace');
  } catch (error) {
    part('problem').replaceChildren(problem(error));
  } finally {
    running -= 1;
    if (running === 0) document.body.removeAttribute('aria-busy');
  }
}

/** @param {readonly File[]} files */
function onUpload(files) {
  const [last] = files.slice(-1);
  if (!last) return undefined;
  return run(
    async () => {
      for (const file of files) {
        if (file.size > catalogue.maxUploadBytes)
          throw new Error(`${file.name} is over ${catalogue.maxUploadBytes / 1e6} MB`);
        await upload(uploadFolder + file.name, file);
      }
      await refreshImages();
      choice.choose({ image: uploadFolder + last.name });
      showAddress();
      return { state: await getState() };
    },
    `${files.length === 1 ? last.name : `${files.length} files`} uploaded.`,
  );
}

async function refreshImages() {
  choice.showImages(await boot(getImages));
}

async function copy() {
  await remember('replace');
  try {
    await navigator.clipboard.writeText(location.href);
    part('announce').textContent = 'The link is copied.';
  } catch {
    part('announce').textContent = 'The link is in the address bar.';
  }
}
