import type { ServiceConfig } from '../src/config.ts';
import { type DefectCode, defectCodes, defects } from './lib/defects.ts';
import { secondsOf, viewsOf } from './lib/load.ts';
import type { ScenarioPlan } from './lib/plan.ts';
import { hostileEvery, scenarios, tortureEvery, type ViewKind } from './scenario-table.ts';

/**
 * What a threshold is for decides what it does to the run.
 * `alarm` fails it and stops it at once; `contract` and `hits` fail it; `floor` fails it, since a threshold without
 * samples passes and a run without views is green; `void`: the load was not kept up, so its latencies say nothing;
 * `latency` fails a run on AWS and warns on this machine, which is shared; `shown` always holds, and is there because k6
 * keeps the numbers of a tag only where a threshold names it.
 */
export type ThresholdClass = 'alarm' | 'contract' | 'hits' | 'floor' | 'void' | 'latency' | 'shown';

export interface Threshold {
  readonly metric: string;
  readonly expression: string;
  readonly class: ThresholdClass;
  /** For the verdict, when it is crossed. */
  readonly says: string;
}

/** The part of the planned views that must have taken place: k6 may cut off the last ones. */
const leastPart = 0.9;

/** A catalogue's hits may stay so far below what was counted beforehand. */
const hitTolerance = {
  part: 0.05,
  /** Whoever asks for an image while it is made for the first viewer is cold, too: so long the first ones take. */
  seconds: 2,
  /** On AWS an edge has several caches, and one client does not warm them all. */
  deployed: 0.1,
} as const;

/** Images that were warmed on purpose may miss a tenth as often as any image may by the objective. */
export function warmHits({ objectives }: Pick<ServiceConfig, 'objectives'>): number {
  return 1 - (1 - objectives.hitRate) / 10;
}

const alarms = ['redirect_loop', 'poisoned_redirect', 'bad_image', 'iteration_errors'] as const;

export function thresholdsFor(plan: ScenarioPlan, config: ServiceConfig): Threshold[] {
  const { kinds } = scenarios[plan.scenario];
  return [
    ...alarms.map((metric) => row(metric, 'rate==0', 'alarm', 'no view may do that')),
    row('contract_broken', 'rate==0', 'contract', 'no view may break the contract'),
    ...defectCodes.filter((code) => isJudged(code, plan)).map(ofDefect),
    ...throttling(plan),
    ...floors(plan, kinds),
    row('dropped_iterations', 'count==0', 'void', 'views were left out, so the load was not the one that was planned'),
    ...hits(plan, config),
    ...latencies(plan, config, kinds),
    ...shown(plan, kinds),
  ];
}

function row(metric: string, expression: string, is: ThresholdClass, says: string): Threshold {
  return { metric, expression, class: is, says };
}

/** A throttled view is no defect where the load is above the capacity: it is counted apart. */
const isJudged = (code: DefectCode, { throttled }: ScenarioPlan) => code !== 'throttled' || throttled === 0;

function ofDefect(code: DefectCode): Threshold {
  return row(`defects{defect:${code}}`, 'count==0', 'contract', defects[code].says);
}

function throttling({ throttled }: ScenarioPlan): Threshold[] {
  if (throttled === 0) return [row('throttled', 'count==0', 'contract', defects.throttled.says)];
  return [
    row('throttled', 'count>0', 'contract', `the load is above the capacity, but the API answered 429 to nobody`),
  ];
}

function floors(plan: ScenarioPlan, kinds: readonly ViewKind[]): Threshold[] {
  const views = viewsOf(plan.load) * (plan.load.kind === 'herd' ? 1 : leastPart);
  // Of a catalogue it is chance which views are cold; there must have been some.
  const least = (kind: ViewKind): number => {
    if (kinds.length === 1 || plan.scenario === 'replaced') return Math.floor(views);
    if (kind === 'torture') return Math.floor(views / tortureEvery);
    if (plan.scenario === 'hostile') return Math.floor(views - views / tortureEvery);
    return kind === 'hostile' ? Math.floor(views / hostileEvery) : 1;
  };
  return [
    ...kinds.map((kind) =>
      row(`chains{kind:${kind}}`, `count>=${Math.max(1, least(kind))}`, 'floor', `too few ${kind} views took place`),
    ),
    ...(plan.scenario === 'replaced'
      ? [row('remade', 'count>=1', 'floor', 'no original was seen to be replaced')]
      : []),
  ];
}

function hits({ scenario, chain, load, predictedHits }: ScenarioPlan, config: ServiceConfig): Threshold[] {
  if (scenario === 'warm-hit') {
    return [row('edge_hit', `rate>=${warmHits(config)}`, 'hits', 'the edge does not hold what it was shown')];
  }
  if (predictedHits === undefined) return [];
  const { part, seconds, deployed } = hitTolerance;
  const tolerance = part + seconds / secondsOf(load) + (chain.isLoopback ? 0 : deployed);
  const least = Math.max(0, predictedHits - tolerance);
  return [row('edge_hit', `rate>=${least.toFixed(4)}`, 'hits', 'the edge holds less than it should')];
}

function latencies({ scenario }: ScenarioPlan, { objectives }: ServiceConfig, kinds: readonly ViewKind[]): Threshold[] {
  const { cold, warmP95Milliseconds } = objectives;
  // The first call of a Lambda environment is counted apart: the objective is for warm ones.
  const ofCold = [
    row(
      'lambda_ms{init:no}',
      `p(95)<=${cold.p95Milliseconds}`,
      'latency',
      'the Lambda takes longer than its objective',
    ),
    row(
      'chain_ms{kind:cold,init:no}',
      `p(95)<=${cold.p95Milliseconds + 2 * warmP95Milliseconds}`,
      'latency',
      'a cold view takes longer than the Lambda and two hops at the edge may',
    ),
  ];
  const ofWarm = row('chain_ms{kind:warm}', `p(95)<=${warmP95Milliseconds}`, 'latency', 'a warm view takes too long');
  const ofDrift = row('chain_ms{kind:warm,part:late}', `p(95)<=${warmP95Milliseconds}`, 'latency', 'it grows slower');
  return [
    ...(kinds.includes('cold') ? ofCold : []),
    ...(kinds.includes('warm') ? [ofWarm] : []),
    ...(scenario === 'soak' ? [ofDrift] : []),
  ];
}

export const phases = ['head', 'get', 'resize', 'put', 'total', 'init'] as const;
const hopNumbers = [1, 2, 3] as const;

function shown(plan: ScenarioPlan, kinds: readonly ViewKind[]): Threshold[] {
  const trend = (metric: string) => row(metric, 'max>=0', 'shown', '');
  const rounds = plan.load.kind === 'herd' ? plan.load.rounds : 0;
  return [
    ...kinds.flatMap((kind) => [
      trend(`chain_ms{kind:${kind}}`),
      trend(`hops{kind:${kind}}`),
      ...hopNumbers.map((hop) => trend(`hop_ms{kind:${kind},hop:${hop}}`)),
    ]),
    ...(kinds.includes('cold') ? ['yes', 'no'].map((init) => trend(`chain_ms{kind:cold,init:${init}}`)) : []),
    ...phases.map((phase) => trend(`phase_ms{phase:${phase}}`)),
    ...(plan.scenario === 'soak' ? ['early', 'late'].map((part) => trend(`chain_ms{kind:warm,part:${part}}`)) : []),
    ...Array.from({ length: rounds }, (_, round) => trend(`image_hash{round:${round}}`)),
  ];
}
