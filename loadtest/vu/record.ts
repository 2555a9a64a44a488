/** The metrics of the load test, and how a view is counted in them. */
import { check } from 'k6';
import exec from 'k6/execution';
import { Counter, Rate, Trend } from 'k6/metrics';
import { isApiHop, isHit, isRedirect } from '../../src/core/view.ts';
import type { Takes } from '../lib/clients.ts';
import { checkName, type Defect, type DefectCode, defectCodes } from '../lib/defects.ts';
import { type View, viewMilliseconds } from '../lib/follow-redirects.ts';
import { isOnImageHost } from '../lib/judge-view.ts';
import type { ViewKind } from '../scenario-table.ts';
import { plan } from './scenario.ts';

const views = new Counter('views');
/** A view from its first byte to its last, over all hops. */
const viewTimes = new Trend('view_ms', true);
const hopTimes = new Trend('hop_ms', true);
/** The duration that the Lambda reports in `Server-Timing`, and its phases. */
const lambdaTimes = new Trend('lambda_ms', true);
const phaseTimes = new Trend('phase_ms', true);
/** Of the Lambda's answers: those of an environment that had just started. */
const lambdaInit = new Rate('lambda_init');
/** Of the views of images: those that the edge answered from its cache. */
const edgeHit = new Rate('edge_hit');
const throttled = new Counter('throttled');
/** Derivatives that were generated, and answers of the API with one that existed already. */
const generated = new Counter('generated');
const raced = new Counter('raced');
/** In `replaced`: from the answer of S3 to the end of the first view that shows the new image. */
const freshTimes = new Trend('fresh_ms', true);
const renewed = new Counter('renewed');
/** The least and the greatest hash of a round of `herd` are equal when all its viewers got the same bytes. */
export const imageHash = new Trend('image_hash');

/** What AWS charges for. */
const usage = {
  edgeRequests: new Counter('edge_requests'),
  edgeBytes: new Counter('edge_bytes'),
  edgeMisses: new Counter('edge_misses'),
  apiCalls: new Counter('api_calls'),
  apiBytes: new Counter('api_bytes'),
  lambdaMilliseconds: new Counter('lambda_billed_ms'),
};

/** Examples of one code that a virtual user reports; all are counted. */
const mostExamples = 2;
const reported = new Map<string, number>();

/** Sends an example to the report. */
function report(code: DefectCode, seen: string): void {
  const times = (reported.get(code) ?? 0) + 1;
  reported.set(code, times);
  if (times <= mostExamples) console.log(JSON.stringify({ code, seen }));
}

const viewChecks = Object.fromEntries(
  defectCodes
    .filter((code) => code !== 'script-error')
    .map((code) => [checkName(code), (found: ReadonlySet<string>) => !found.has(code)]),
);

/** The loop body of a scenario. k6 counts an iteration that throws as a success, so an error fails a check here. */
export function iteration(view: (number: number) => Promise<void>): () => Promise<void> {
  return async () => {
    let failure: unknown;
    try {
      await view(exec.scenario.iterationInTest);
    } catch (error) {
      failure = error instanceof Error ? (error.stack ?? error) : error;
      report('script-error', String(failure));
    }
    check(failure, { [checkName('script-error')]: (error) => error === undefined });
  };
}

/** Counts one view: its checks, its latencies, and what it costs. */
export function recordView(view: View, kind: ViewKind, found: readonly Defect[]): void {
  const isThrottled = found.some(({ code }) => code === 'throttled');
  // Above the capacity, 429 is the right answer.
  const wrong = plan.throttled > 0 ? found.filter(({ code }) => code !== 'throttled') : found;
  check(new Set<string>(wrong.map(({ code }) => code)), viewChecks);
  for (const { code, seen } of wrong) report(code, seen);

  const init = initOf(view);
  views.add(1, { kind });
  throttled.add(isThrottled ? 1 : 0);
  viewTimes.add(viewMilliseconds(view.hops), { kind, ...(init && { init }), ...partOf(exec.scenario.progress) });
  for (const [at, { milliseconds }] of view.hops.entries()) hopTimes.add(milliseconds, { kind, hop: String(at + 1) });
  recordUsage(view);
}

/** Counts a replaced original whose new image was seen. */
export function recordFresh(milliseconds: number): void {
  freshTimes.add(milliseconds);
  renewed.add(1);
}

/** Counts a view of an image in the hit rate. */
export function recordHit(view: View, takes: Takes = 'any'): void {
  edgeHit.add(isEdgeHit(view), { takes });
}

export function isEdgeHit({ hops: [first] }: View): boolean {
  return first !== undefined && first.status === 200 && isHit(first);
}

/** Then CloudFront passes on its answers, and AWS charges no transfer from the API to CloudFront. */
const apiIsOnImageHost = isOnImageHost(plan.chain);

/** Counts the work of CloudFront, S3, the API and the Lambda for one view. */
export function recordUsage(view: View): void {
  for (const [at, hop] of view.hops.entries()) {
    if (hop.status === 0) continue;
    const bytes = at === view.hops.length - 1 ? view.answer.body.length : 0;
    const isApi = isApiHop(hop);
    if (!isApi || apiIsOnImageHost) {
      usage.edgeRequests.add(1);
      usage.edgeBytes.add(bytes);
    }
    if (!isApi) {
      if (!isHit(hop)) usage.edgeMisses.add(1);
      continue;
    }
    usage.apiCalls.add(1);
    if (!apiIsOnImageHost) usage.apiBytes.add(bytes);
    if (isRedirect(hop.status)) generated.add(1);
    if (hop.status === 200) raced.add(1);
    recordPhases(phasesIn(hop.headers['server-timing']));
  }
}

function recordPhases(phases: Readonly<Record<string, number>>): void {
  const { total, init } = phases;
  if (total === undefined) return;
  const isFirst = init !== undefined;
  lambdaInit.add(isFirst);
  lambdaTimes.add(total, { init: isFirst ? 'yes' : 'no' });
  usage.lambdaMilliseconds.add(total + (init ?? 0));
  for (const [phase, milliseconds] of Object.entries(phases)) phaseTimes.add(milliseconds, { phase });
}

/** Whether the Lambda environment of a view had just started; absent when no Lambda took part. */
function initOf({ hops }: View): 'yes' | 'no' | undefined {
  const timing = hops.map(({ headers }) => headers['server-timing']).find((header) => header !== undefined);
  if (timing === undefined) return undefined;
  return phasesIn(timing).init === undefined ? 'no' : 'yes';
}

/** Reads `Server-Timing`: `get;dur=31.5, resize;dur=120.2`. */
function phasesIn(header = ''): Record<string, number> {
  const phases = [...header.matchAll(/([\w-]+)\s*;[^,]*?\bdur=([\d.]+)/g)];
  return Object.fromEntries(phases.map(([, name = '', milliseconds]) => [name, Number(milliseconds)]));
}

/** The first and the last quarter of a scenario, to be compared in `soak`. */
function partOf(progress: number): { part?: 'early' | 'late' } {
  if (progress <= 0.25) return { part: 'early' };
  return progress > 0.75 ? { part: 'late' } : {};
}
