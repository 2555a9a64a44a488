import { type Capacity, config } from '../../src/config.ts';
import { allowedPresets } from '../../src/core/presets.ts';
import type { Takes } from '../lib/clients.ts';
import { mixedDraws, predictHits } from '../lib/draw.ts';
import { expectedViewsOf, type Original, originalsFor, presetsFor } from '../lib/expected-views.ts';
import { invalidOriginals, invalidRequests, oddNames, validOriginal } from '../lib/invalid-requests.ts';
import type { ChainAddresses } from '../lib/judge-view.ts';
import { arrivals, loadOf, throttledOf, viewsOf } from '../lib/load.ts';
import type { PlanFile } from '../lib/plan.ts';
import { isMixed, oddKeyEvery, type ScenarioName, scenarios } from '../scenario-table.ts';
import type { WorkloadName } from '../workloads.ts';
import { type CorpusImage, invalidFiles } from './corpus.ts';

/** An object for the originals bucket: a copy of an image of the corpus, or its own bytes. */
export interface Seed {
  readonly key: string;
  readonly from: { readonly image: number } | { readonly bytes: Uint8Array };
}

export interface PlannedScenario {
  readonly plan: PlanFile;
  readonly seeds: readonly Seed[];
  /** In `replaced`: each replaces the seed of the same key. */
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

/**
 * Everything that the load test writes is below these two, in both buckets. What is seeded once sets off no purge: the
 * rule of the purge leaves `loadtest/seed/` out (`infra/constructs/purge.ts`).
 */
export const rootPrefixes = { seed: 'loadtest/seed', replaced: 'loadtest/replaced' } as const;

/** Returns the name of a run, such as `20261127-012050-k3x9`: it sorts by time, and no two runs share one. */
export function newRunId(time: Date): string {
  const stamp = time.toISOString().replace(/\D/g, '').slice(0, 14);
  return `${stamp.slice(0, 8)}-${stamp.slice(8)}-${Math.random().toString(36).slice(2, 6).padEnd(4, '0')}`;
}

export function isRunId(text: string): boolean {
  return /^\d{8}-\d{6}-[a-z0-9]{4}$/.test(text);
}

export function makePlan(options: PlanOptions): PlannedScenario {
  const { runId, scenario, workload, seed, imageUrl, apiUrl, isLoopback, capacity, corpus } = options;
  const prefix = `${rootPrefixes[scenario === 'replaced' ? 'replaced' : 'seed']}/${runId}/${scenario}`;
  const load = loadOf(scenario, workload, capacity, isLoopback);
  const views = viewsOf(load);
  const catalogue = catalogueOf(scenario, views);
  const images = load.kind === 'herd' ? load.rounds : catalogue || views;
  // Each view of `replaced` replaces an original of its own.
  const count =
    scenario === 'replaced'
      ? views
      : originalsFor(images, presetsFor(scenario, config).length, Math.min(images, corpus.length));
  const sound =
    scenario === 'invalid' ? [planned(`${prefix}/${validOriginal}`, 0, corpus)] : soundOriginals(prefix, count, corpus);
  const oddKeys = scenario === 'invalid' ? oddOriginals(prefix, views, corpus, options) : [];
  const replacements = scenario === 'replaced' ? sound.map((one) => nextImage(one, corpus)) : [];
  const expectedViewAt = expectedViewsOf(
    sound.map(({ original }) => original),
    config,
    imageUrl,
    presetsFor(scenario, config),
  );
  const derivativeOf = (image: number, takes: Takes) => expectedViewAt(image, takes).path;
  // How many views of a catalogue are cold is not known beforehand; its load stays far below the capacity.
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
        oddKeys: oddKeys.map(({ original }) => original),
        replacements: replacements.map(({ original: { type, width, height } }) => ({ type, width, height })),
      },
      throttled: throttledOf(calls, capacity),
      ...(isMixed(scenario) && { predictedHits: predictHits(mixedDraws(seed, catalogue), views, derivativeOf) }),
    },
    seeds: [...[...sound, ...oddKeys].map((one) => one.seed), ...(scenario === 'invalid' ? files(prefix, corpus) : [])],
    replacements: replacements.map((one) => one.seed),
  };
}

/** A short run draws from fewer images, or it would have hardly any hits. */
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
  const { type, width, height } = nth(corpus, image);
  return { original: { key, type, width, height }, seed: { key, from: { image } }, image };
}

function soundOriginals(prefix: string, count: number, corpus: readonly CorpusImage[]): Planned[] {
  return Array.from({ length: count }, (_, n) =>
    planned(`${prefix}/${digits(n)}${nth(corpus, n).extension}`, n, corpus),
  );
}

function oddOriginals(prefix: string, views: number, corpus: readonly CorpusImage[], chain: ChainAddresses): Planned[] {
  const requests = invalidRequests(prefix, config, chain).length;
  const oddViews = Math.ceil(views / oddKeyEvery);
  if (views - oddViews < requests || oddViews < oddNames.length) {
    throw new Error(`${views} views are too few for ${requests} invalid requests and ${oddNames.length} odd names`);
  }
  const count = originalsFor(oddViews, allowedPresets(config.presets).size, oddNames.length);
  return Array.from({ length: count }, (_, n) => {
    const folder = digits(Math.floor(n / oddNames.length));
    return planned(`${prefix}/odd/${folder}/${nth(oddNames, n)}`, n, corpus);
  });
}

function files(prefix: string, corpus: readonly CorpusImage[]): Seed[] {
  const image = corpus.find(({ type }) => type === 'jpeg') ?? nth(corpus, 0);
  const bodies = invalidFiles(image.bytes);
  const names = Object.keys(invalidOriginals) as (keyof typeof invalidOriginals)[];
  return names.map((name) => ({ key: `${prefix}/${invalidOriginals[name]}`, from: { bytes: bodies[name] } }));
}

function nextImage({ original, image }: Planned, corpus: readonly CorpusImage[]): Planned {
  return planned(original.key, image + 1, corpus);
}

const digits = (value: number) => String(value).padStart(4, '0');

function nth<T>(list: readonly T[], number: number): T {
  const one = list[number % list.length];
  if (one === undefined) throw new Error('The list is empty');
  return one;
}
