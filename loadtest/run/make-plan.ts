import { type Capacity, config } from '../../src/config.ts';
import { type Original, originalsFor } from '../lib/expected-views.ts';
import { hostileOriginals, hostileRequests, tortureNames } from '../lib/hostile.ts';
import { arrivals, loadOf, throttledOf, viewsOf } from '../lib/load.ts';
import { predictHits } from '../lib/mixed-draw.ts';
import type { ScenarioPlan } from '../lib/plan.ts';
import { type ScenarioName, scenarios, tortureEvery } from '../scenario-table.ts';
import type { WorkloadName } from '../workloads.ts';
import type { CorpusImage } from './corpus.ts';
import { hostileFiles } from './hostile-files.ts';

/** An object that must lie in the originals bucket: a copy of an image of the corpus, or bytes of its own. */
export interface Seed {
  readonly key: string;
  readonly from: { readonly image: number } | { readonly bytes: Uint8Array };
}

export interface PlannedScenario {
  readonly plan: ScenarioPlan;
  readonly seeds: readonly Seed[];
  /** In `replaced`: takes turns with the seed of the same key. */
  readonly replacements: readonly Seed[];
}

export interface PlanOptions {
  readonly runId: string;
  readonly scenario: ScenarioName;
  readonly workload: WorkloadName;
  readonly seed: number;
  readonly imageUrl: string;
  readonly apiUrl: string;
  readonly isLoopback: boolean;
  readonly capacity: Capacity;
  readonly corpus: readonly CorpusImage[];
}

/** Everything that the load test writes lies below this, in either bucket. */
export const rootPrefix = 'loadtest';

export function makePlan(options: PlanOptions): PlannedScenario {
  const { runId, scenario, workload, seed, imageUrl, apiUrl, isLoopback, capacity, corpus } = options;
  const prefix = `${rootPrefix}/${runId}/${scenario}`;
  const load = loadOf(scenario, workload, capacity, isLoopback);
  const views = viewsOf(load);
  const catalogue = catalogueOf(scenario, views);
  const images = load.kind === 'herd' ? load.rounds : catalogue || views;
  const sound = scenario === 'hostile' ? hostileSound(prefix, corpus) : soundOriginals(prefix, images, corpus);
  const torture = scenario === 'hostile' ? tortureOriginals(prefix, views, corpus) : [];
  const replacements = scenario === 'replaced' ? sound.map((one) => nextImage(one, corpus)) : [];
  // A catalogue is mostly warm, so that its calls cannot be known; it is kept far below the capacity.
  const calls = catalogue ? [] : arrivals(load).map((count) => count * scenarios[scenario].apiCalls);
  return {
    plan: {
      runId,
      scenario,
      workload,
      seed,
      prefix,
      chain: { imageUrl, apiUrl, isLoopback },
      load,
      catalogue,
      originals: {
        sound: sound.map(({ original }) => original),
        torture: torture.map(({ original }) => original),
        replacements: replacements.map(({ original: { type, width, height } }) => ({ type, width, height })),
      },
      throttled: throttledOf(calls, capacity),
      ...((scenario === 'mixed' || scenario === 'soak') && { predictedHits: predictHits(seed, catalogue, views) }),
    },
    seeds: [...[...sound, ...torture].map((one) => one.seed), ...(scenario === 'hostile' ? files(prefix, corpus) : [])],
    replacements: replacements.map((one) => one.seed),
  };
}

/** A short run draws from fewer images, or most of them would be asked for once. */
function catalogueOf(scenario: ScenarioName, views: number): number {
  const { catalogue } = scenarios[scenario];
  return catalogue === 0 ? 0 : Math.min(catalogue, Math.max(8, Math.ceil(views / 4)));
}

interface Planned {
  readonly original: Original;
  readonly seed: Seed;
  readonly image: number;
}

function planned(key: string, number: number, corpus: readonly CorpusImage[]): Planned {
  const image = number % corpus.length;
  const { type, width, height } = turn(corpus, image);
  return { original: { key, type, width, height }, seed: { key, from: { image } }, image };
}

function soundOriginals(prefix: string, images: number, corpus: readonly CorpusImage[]): Planned[] {
  const count = originalsFor(images, config, Math.min(images, corpus.length));
  return Array.from({ length: count }, (_, n) =>
    planned(`${prefix}/${digits(n)}${turn(corpus, n).extension}`, n, corpus),
  );
}

/** One that is sound, to be refused for its size alone. */
function hostileSound(prefix: string, corpus: readonly CorpusImage[]): Planned[] {
  return [planned(`${prefix}/hostile/sound.jpg`, 0, corpus)];
}

function tortureOriginals(prefix: string, views: number, corpus: readonly CorpusImage[]): Planned[] {
  const attacks = hostileRequests(prefix, config).length;
  const tortures = Math.ceil(views / tortureEvery);
  if (views - tortures < attacks || tortures < tortureNames.length) {
    throw new Error(
      `A hostile load of ${views} views is too short for its ${attacks} requests and ${tortureNames.length} names`,
    );
  }
  const count = originalsFor(tortures, config, tortureNames.length);
  return Array.from({ length: count }, (_, n) => {
    const folder = digits(Math.floor(n / tortureNames.length));
    return planned(`${prefix}/torture/${folder}/${turn(tortureNames, n)}`, n, corpus);
  });
}

function files(prefix: string, corpus: readonly CorpusImage[]): Seed[] {
  const image = corpus.find(({ type }) => type === 'jpeg') ?? turn(corpus, 0);
  const bodies = hostileFiles(image.bytes);
  const names = Object.keys(hostileOriginals) as (keyof typeof hostileOriginals)[];
  return names.map((name) => ({ key: `${prefix}/${hostileOriginals[name]}`, from: { bytes: bodies[name] } }));
}

function nextImage({ original, image }: Planned, corpus: readonly CorpusImage[]): Planned {
  return planned(original.key, image + 1, corpus);
}

const digits = (value: number) => String(value).padStart(4, '0');

function turn<T>(list: readonly T[], number: number): T {
  const one = list[number % list.length];
  if (one === undefined) throw new Error('The list is empty: expected images and names');
  return one;
}
