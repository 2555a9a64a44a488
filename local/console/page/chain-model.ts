import type { Catalogue, Images, Original, State, View } from '../contract.ts';
import { flatSetup, fullSetup, readAsked, readView, writeAddress } from './address.ts';
import { routeOf } from './routes.ts';
import * as server from './server.ts';

const uploadFolder = 'uploads/';
/** The first size that is not smaller is chosen at first: an icon shows little. */
const plainPixels = 200;

/** What is chosen, set up and seen on the chain page. The page renders it anew after each change. */
export class ChainModel {
  readonly catalogue: Catalogue;
  state: State;
  originals: readonly Original[];
  image: string;
  preset: string;
  view: View | undefined;
  /** Whether this server has the bytes of the view. A link from elsewhere has only its facts. */
  hasBytes = false;
  /** How many views were made here, to bring each into view. */
  views = 0;
  /** How many originals were replaced and deleted here. */
  purges = 0;
  /** A setup that a link asks for, until somebody accepts or dismisses it. */
  asked: Readonly<Record<string, string>> | undefined;
  problem: unknown;
  /** What the last change did, shown in the bar. */
  message = '';
  /** What the last view was, for screen readers. */
  announcement = '';
  running = 0;
  onChange = () => {};
  /** What was chosen when the view was made: a fault may show another image than the chosen one. */
  #viewed = { image: '', preset: '' };
  #changedSince = false;

  constructor(catalogue: Catalogue, state: State, { originals, first = '' }: Images) {
    this.catalogue = catalogue;
    this.state = state;
    this.originals = originals;
    this.image = first;
    this.preset = state.presets.find((preset) => Number.parseInt(preset, 10) >= plainPixels) ?? '';
  }

  /** Whether the shown view was made for another choice, or before the last change. */
  get isOutdated(): boolean {
    const { image, preset } = this.#viewed;
    return this.view !== undefined && (this.#changedSince || image !== this.image || preset !== this.preset);
  }

  hear(state: State): void {
    this.state = state;
    this.onChange();
  }

  choose(wanted: { image?: string; preset?: string }): void {
    Object.assign(this, wanted);
    this.#remember('replace');
    this.onChange();
  }

  /** Views the chosen image, as `view` or as a `scenario`. */
  show(name: string, fields: object = {}): Promise<void> {
    return this.#run(async () => {
      const { image, preset } = this;
      const { state, view } = await server.post(name, { ...fields, image, preset });
      this.state = state;
      this.view = view;
      this.hasBytes = true;
      this.views += 1;
      this.#viewed = { image, preset };
      this.#changedSince = false;
      this.message = '';
      this.announcement = view ? `${view.title}. ${view.description}` : '';
      await this.#remember('push');
    });
  }

  /** Changes the chain. The server says what is different now. */
  act(name: string, fields: object = { image: this.image, preset: this.preset }): Promise<void> {
    return this.#run(async () => {
      const { state, done = '' } = await server.post(name, fields);
      this.state = state;
      this.message = done;
      this.#changedSince = true;
      await this.#remember('replace');
    });
  }

  /** Replaces or deletes the chosen original, whose purge is shown. */
  async purge(name: 'replace-original' | 'delete-original'): Promise<void> {
    await this.act(name);
    if (this.problem === undefined) this.purges += 1;
    this.onChange();
  }

  set(wanted: object): Promise<void> {
    return this.act('setup', wanted);
  }

  upload(files: readonly File[]): Promise<void> {
    return this.#run(async () => {
      const { maxUploadBytes } = this.catalogue;
      for (const file of files) {
        if (file.size > maxUploadBytes) throw new Error(`${file.name} is over ${maxUploadBytes / 1e6} MB`);
        const { state, done = '' } = await server.upload(uploadFolder + file.name, file);
        Object.assign(this, { state, message: done, image: uploadFolder + file.name });
      }
      this.originals = (await server.getImages()).originals;
      await this.#remember('replace');
    });
  }

  /** Sets this chain up as a link asks for. */
  accept(): Promise<void> {
    const { asked = {}, view } = this;
    // A scenario does more than set the chain up.
    if (view?.scenario !== undefined) return this.show('scenario', { name: view.scenario });
    return this.set(fullSetup(asked, this.state.initial));
  }

  dismiss(): void {
    this.asked = undefined;
    this.#remember('replace');
    this.onChange();
  }

  async copyLink(): Promise<void> {
    await this.#remember('replace');
    const copied = await navigator.clipboard.writeText(location.href).then(
      () => true,
      () => false,
    );
    this.message = copied ? 'The link is copied.' : 'The link is in the address bar.';
    this.onChange();
  }

  /** Shows what the address names: the choice and the view at once, the setup only when somebody accepts it. */
  async arrive(): Promise<void> {
    if (routeOf(location.hash).page !== 'chain') return;
    const { setup, image, preset } = readAsked();
    if (image !== undefined) this.image = image;
    if (preset !== undefined) this.preset = preset;
    this.view = await readView();
    this.hasBytes = this.view?.derivative !== undefined && (await server.exists(server.derivativeUrl(this.view.id)));
    this.#viewed = { image: this.image, preset: this.preset };
    this.#changedSince = false;
    const now = flatSetup(this.state.setup, this.state.initial);
    this.asked = JSON.stringify(setup) === JSON.stringify(now) ? undefined : setup;
    this.onChange();
  }

  async #run(work: () => Promise<void>): Promise<void> {
    this.running += 1;
    this.onChange();
    try {
      await work();
      this.asked = undefined;
      this.problem = undefined;
    } catch (error) {
      this.problem = error;
    }
    this.running -= 1;
    this.onChange();
  }

  async #remember(how: 'push' | 'replace'): Promise<void> {
    // Somebody may have gone on to the dashboards meanwhile.
    if (routeOf(location.hash).page !== 'chain') return;
    const { image, preset, view, state } = this;
    await writeAddress({ image, preset, view, setup: this.asked ?? flatSetup(state.setup, state.initial) }, how);
    this.onChange();
  }
}
