import type { ScenarioPlan } from '../lib/plan.ts';
import { scenarios } from '../scenario-table.ts';

/** What a script will do at most, as `k6 inspect --execution-requirements` says: k6 has read it, and sent nothing. */
export interface Demand {
  readonly requestsPerSecond: number;
  readonly seconds: number;
  readonly requests: number;
}

interface Inspected {
  readonly scenarios?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly totalDuration?: string;
}

/** Passes of the pre-warming at most; each shows all images. */
const prewarmPasses = 8;

export function readDemand(inspected: unknown, plan: ScenarioPlan): Demand {
  const { scenarios: found = {}, totalDuration } = inspected as Inspected;
  const executors = Object.values(found);
  const [executor] = executors;
  if (!executor || executors.length > 1) {
    throw new Error(`k6 sees ${executors.length} scenarios in ${plan.scenario}: expected one`);
  }
  const each = scenarios[plan.scenario].requests;
  const { views, perSecond } = viewsOf(executor);
  const before = plan.scenario === 'warm-hit' ? plan.catalogue * (prewarmPasses + 2) : 0;
  return {
    requestsPerSecond: perSecond * each,
    seconds: secondsOf(totalDuration),
    requests: Math.ceil(views * each) + before,
  };
}

function viewsOf(executor: Readonly<Record<string, unknown>>): { views: number; perSecond: number } {
  if (executor.executor === 'per-vu-iterations') {
    const users = Number(executor.vus);
    // A herd comes within one second.
    return { views: users * Number(executor.iterations), perSecond: users };
  }
  if (executor.executor !== 'ramping-arrival-rate') {
    throw new Error(`k6 sees the executor ${JSON.stringify(executor.executor)}: expected one of an open model`);
  }
  const unit = secondsOf(executor.timeUnit);
  const stages = executor.stages as readonly { readonly duration: string; readonly target: number }[];
  let [from, views, peak] = [Number(executor.startRate) / unit, 0, Number(executor.startRate) / unit];
  for (const { duration, target } of stages) {
    const to = target / unit;
    views += ((from + to) / 2) * secondsOf(duration);
    peak = Math.max(peak, to);
    from = to;
  }
  return { views, perSecond: peak };
}

/** k6 writes durations as Go does: `1m5s`, `300ms`. */
export function secondsOf(duration: unknown): number {
  const units: Record<string, number> = { h: 3600, m: 60, s: 1, ms: 0.001 };
  const parts = [...String(duration).matchAll(/([\d.]+)(ms|h|m|s)/g)];
  const readable = parts.map(([part]) => part).join('') === String(duration) && parts.length > 0;
  if (!readable) throw new Error(`k6 gives the duration ${JSON.stringify(duration)}: expected one like "1m5s"`);
  return parts.reduce((sum, [, value, unit]) => sum + Number(value) * (units[unit ?? ''] ?? 0), 0);
}
