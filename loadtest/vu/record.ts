import exec from 'k6/execution';
import { isHit, isRedirect } from '../../src/core/view.ts';
import { type Defect, defects } from '../lib/defects.ts';
import { type View, viewMilliseconds } from '../lib/follow-redirects.ts';
import { isEdge } from '../lib/judge-view.ts';
import { readServerTiming } from '../lib/server-timing.ts';
import type { ViewKind } from '../scenario-table.ts';
import { metrics } from './metrics.ts';
import { plan } from './plan.ts';

/** Examples of each code that one virtual user tells; the rest is counted. */
const mostExamples = 2;
const told = new Map<string, number>();

/** A line for the report. Whatever k6 prints itself goes elsewhere. */
export function tell(code: string, seen: string): void {
  const times = told.get(code) ?? 0;
  told.set(code, times + 1);
  if (times < mostExamples) console.log(JSON.stringify({ code, seen }));
}

/** Counts a view under its kind: latencies, what was wrong with it, and what it cost. */
export function recordView(view: View, kind: ViewKind, found: readonly Defect[]): void {
  const init = initOf(view);
  const tags = { kind, ...(init && { init }), ...partOf(exec.scenario.progress) };
  metrics.chains.add(1, { kind });
  metrics.chain_ms.add(viewMilliseconds(view.hops), tags);
  metrics.hops.add(view.hops.length, { kind });
  for (const [at, { milliseconds }] of view.hops.entries()) {
    metrics.hop_ms.add(milliseconds, { kind, hop: String(at + 1) });
  }
  recordDefects(found);
  recordUsage(view);
}

function recordDefects(found: readonly Defect[]): void {
  // Above the capacity, being told to wait is the right answer.
  const throttled = found.some(({ code }) => code === 'throttled');
  const wrong = plan.throttled > 0 ? found.filter(({ code }) => code !== 'throttled') : found;
  metrics.throttled.add(throttled ? 1 : 0);
  const raised = new Set<string>(wrong.map(({ code }) => defects[code].metric));
  for (const metric of ['redirect_loop', 'poisoned_redirect', 'bad_image', 'contract_broken'] as const) {
    metrics[metric].add(raised.has(metric));
  }
  for (const { code, seen } of wrong) {
    metrics.defects.add(1, { defect: code });
    tell(code, seen);
  }
}

/** What the view had CloudFront, S3, the API and the Lambda do. */
export function recordUsage(view: View): void {
  for (const [at, hop] of view.hops.entries()) {
    if (hop.status === 0) continue;
    const isLast = at === view.hops.length - 1;
    const bytes = isLast ? view.answer.body.length : 0;
    if (isEdge(hop.url, plan.chain)) {
      metrics.edge_requests.add(1);
      metrics.edge_bytes.add(bytes);
      if (!isHit(hop)) metrics.edge_misses.add(1);
      continue;
    }
    metrics.api_calls.add(1);
    metrics.api_bytes.add(bytes);
    if (isRedirect(hop.status)) metrics.made.add(1);
    if (hop.status === 200) metrics.raced.add(1);
    recordPhases(readServerTiming(hop.headers['server-timing']));
  }
}

function recordPhases(phases: Readonly<Record<string, number>>): void {
  const { total, init } = phases;
  if (total === undefined) return;
  const isFirst = init !== undefined;
  metrics.lambda_init.add(isFirst);
  metrics.lambda_ms.add(total, { init: isFirst ? 'yes' : 'no' });
  metrics.lambda_billed_ms.add(total + (init ?? 0));
  for (const [phase, milliseconds] of Object.entries(phases)) metrics.phase_ms.add(milliseconds, { phase });
}

/** `yes` when the Lambda environment that made the image had just started. Absent: no Lambda took part. */
function initOf({ hops }: View): 'yes' | 'no' | undefined {
  const timing = hops.map(({ headers }) => headers['server-timing']).find((header) => header !== undefined);
  if (timing === undefined) return undefined;
  return readServerTiming(timing).init === undefined ? 'no' : 'yes';
}

/** The first and the last quarter of a long run, to be compared. */
function partOf(progress: number): { part?: 'early' | 'late' } {
  if (progress <= 0.25) return { part: 'early' };
  return progress > 0.75 ? { part: 'late' } : {};
}
