import type { ServiceConfig } from '../src/config.ts';
import { takesOf } from './lib/clients.ts';
import { checkName, type DefectCode, defectCodes, defects, groups } from './lib/defects.ts';
import { secondsOf, viewsOf } from './lib/load.ts';
import type { ScenarioPlan } from './lib/plan.ts';
import { invalidEvery, oddKeyEvery, scenarios, type ViewKind } from './scenario-table.ts';

/**
 * What a crossed threshold does. `stop` fails the run and stops it; `contract` and `hits` fail it. `views` fails it,
 * since thresholds without samples pass in k6. `dropped`: the load was not the planned one, so the latencies are
 * invalid. `latency` fails a run on AWS and warns on this machine, which other programs use, too. `kept` always holds:
 * k6 reports the values of a tag only where a threshold names it.
 */
export type ThresholdClass = 'stop' | 'contract' | 'views' | 'hits' | 'dropped' | 'latency' | 'kept';

export interface Threshold {
  readonly metric: string;
  readonly expression: string;
  readonly class: ThresholdClass;
  /** Code and sentence of the finding when it is crossed. */
  readonly code: string;
  readonly says: string;
  /** The number in the expression of `hits` and `latency`. */
  readonly limit?: number;
  /** Of `hits`: the rate that was predicted. */
  readonly predicted?: number;
}

/** The part of the planned views that must take place: k6 may cut off the last ones. */
const leastPart = 0.9;

/** How far the hit rate of a catalogue may stay below the prediction. */
const hitTolerance = {
  part: 0.05,
  /** A view that starts while its image is generated for another viewer is cold, too; the first ones take so long. */
  seconds: 2,
  /** An edge of CloudFront has several caches, and one client does not warm all of them. */
  deployed: 0.1,
} as const;

/** The least hit rate of images that the edge holds: a tenth of the misses that the objective allows for all images. */
export function warmHits({ objectives }: Pick<ServiceConfig, 'objectives'>): number {
  return 1 - (1 - objectives.hitRate) / 10;
}

export function thresholdsFor(plan: ScenarioPlan, config: ServiceConfig): Threshold[] {
  return [
    ...defectCodes.filter(stopsRun).map(stop),
    contract('checks', 'rate==1', 'contract', 'views broke the contract'),
    throttling(plan),
    ...views(plan),
    {
      ...row('dropped_iterations', 'count==0', 'dropped'),
      code: 'load-not-kept',
      says: 'views were dropped, so the load was not the planned one',
    },
    ...hits(plan, config),
    ...latencies(plan, config),
    ...kept(plan),
  ];
}

const row = (metric: string, expression: string, is: ThresholdClass) => ({ metric, expression, class: is });
const contract = (metric: string, expression: string, code: string, says: string): Threshold => ({
  ...row(metric, expression, 'contract'),
  code,
  says,
});

const stopsRun = (code: DefectCode) => groups[defects[code].group].stopsRun;

function stop(code: DefectCode): Threshold {
  return { ...row(`checks{check:${checkName(code)}}`, 'rate==1', 'stop'), code, says: defects[code].says };
}

function throttling({ throttled }: ScenarioPlan): Threshold {
  return throttled === 0
    ? contract('throttled', 'count==0', 'throttled', defects.throttled.says)
    : contract('throttled', 'count>0', 'not-throttled', 'the load exceeds the capacity, but no answer was 429');
}

function views(plan: ScenarioPlan): Threshold[] {
  const { kinds } = scenarios[plan.scenario];
  const all = viewsOf(plan.load) * (plan.load.kind === 'herd' ? 1 : leastPart);
  // Which views of a catalogue are cold is chance; some must be.
  const least = (kind: ViewKind): number => {
    if (kinds.length === 1) return Math.floor(all);
    if (kind === 'odd-key') return Math.floor(all / oddKeyEvery);
    if (plan.scenario === 'invalid') return Math.floor(all - all / oddKeyEvery);
    return kind === 'invalid' ? Math.floor(all / invalidEvery) : 1;
  };
  const atLeast = (metric: string, count: number, says: string): Threshold => ({
    ...row(metric, `count>=${Math.max(1, count)}`, 'views'),
    code: 'too-few-views',
    says,
  });
  return [
    ...kinds.map((kind) => atLeast(`views{kind:${kind}}`, least(kind), `too few ${kind} views took place`)),
    ...(plan.scenario === 'replaced'
      ? [atLeast('renewed', Math.floor(all), 'too few replaced originals showed their new image')]
      : []),
  ];
}

function hits({ scenario, chain, load, predictedHits }: ScenarioPlan, config: ServiceConfig): Threshold[] {
  const atLeast = (limit: number, says: string, metric = 'edge_hit'): Threshold => ({
    ...row(metric, `rate>=${limit.toFixed(4)}`, 'hits'),
    ...{ code: 'too-few-hits', says, limit },
  });
  if (scenario === 'warm-hit') return [atLeast(warmHits(config), 'the edge does not keep images that it has served')];
  if (predictedHits === undefined) return [];
  const { part, seconds, deployed } = hitTolerance;
  const predicted = (is: number, firstSeconds: number, metric?: string): Threshold => {
    const tolerance = part + firstSeconds / secondsOf(load) + (chain.isLoopback ? 0 : deployed);
    const says = 'the edge keeps fewer images than it should';
    return { ...atLeast(Math.max(0, is - tolerance), says, metric), predicted: is };
  };
  return [
    predicted(predictedHits.all, seconds),
    // The views of one kind of client are few: the first ones count for more.
    ...takesOf.map((takes) => predicted(predictedHits[takes], 2 * seconds, `edge_hit{takes:${takes}}`)),
  ];
}

function latencies({ scenario }: ScenarioPlan, { objectives }: ServiceConfig): Threshold[] {
  const { cold, warmP95Milliseconds: warm } = objectives;
  const atMost = (metric: string, limit: number, code: string, says: string): Threshold => ({
    ...row(metric, `p(95)<=${limit}`, 'latency'),
    code,
    says,
    limit,
  });
  const kinds: readonly ViewKind[] = scenarios[scenario].kinds;
  return [
    // The objective is for a warm Lambda: the first call of an environment is measured separately.
    ...(kinds.includes('cold')
      ? [
          atMost('lambda_ms{init:no}', cold.p95Milliseconds, 'slow-cold', 'Lambda, warm'),
          atMost('view_ms{kind:cold,init:no}', cold.p95Milliseconds + 2 * warm, 'slow-cold', 'cold view, warm Lambda'),
        ]
      : []),
    ...(kinds.includes('warm') ? [atMost('view_ms{kind:warm}', warm, 'slow-warm', 'warm view')] : []),
    ...(scenario === 'replaced'
      ? [atMost('fresh_ms', 1000 * objectives.purgeSeconds, 'slow-fresh', 'replacement to the new image')]
      : []),
    ...(scenario === 'soak'
      ? [atMost('view_ms{kind:warm,part:late}', warm, 'slower-late', 'warm view, last quarter')]
      : []),
  ];
}

export const phases = ['head', 'get', 'resize', 'put', 'total', 'init'] as const;

function kept({ scenario, load }: ScenarioPlan): Threshold[] {
  const kinds: readonly ViewKind[] = scenarios[scenario].kinds;
  const rounds = load.kind === 'herd' ? load.rounds : 0;
  const metrics = [
    ...kinds.flatMap((kind) => [`view_ms{kind:${kind}}`, ...[1, 2, 3].map((hop) => `hop_ms{kind:${kind},hop:${hop}}`)]),
    ...(kinds.includes('cold') ? ['yes', 'no'].map((init) => `view_ms{kind:cold,init:${init}}`) : []),
    ...phases.map((phase) => `phase_ms{phase:${phase}}`),
    ...(scenario === 'soak' ? ['early', 'late'].map((part) => `view_ms{kind:warm,part:${part}}`) : []),
    ...Array.from({ length: rounds }, (_, round) => `image_hash{round:${round}}`),
  ];
  return metrics.map((metric) => ({ ...row(metric, 'max>=0', 'kept'), code: '', says: '' }));
}
