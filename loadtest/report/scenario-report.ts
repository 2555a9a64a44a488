import { viewsOf } from '../lib/load.ts';
import { type ScenarioResult, summaryOf } from '../run/findings.ts';
import { countOf, type Percentiles, percentiles, rateOf, type Summary } from '../run/summary.ts';
import { scenarios } from '../scenario-table.ts';
import { phases } from '../thresholds.ts';

/** A line of numbers: a whole view, one of its hops, or a phase of the Lambda. */
export interface Row extends Percentiles {
  readonly name: string;
}

/** The rows of whole views, for the table at the top. */
export function wholeViews({ rows }: ScenarioReport): readonly Row[] {
  return rows.filter(({ name }) => name.endsWith(' view'));
}

/** What one scenario has shown, in numbers. */
export interface ScenarioReport {
  readonly name: string;
  readonly says: string;
  readonly workload: string;
  readonly planned: number;
  readonly views: number;
  readonly seconds: number;
  readonly rows: readonly Row[];
  readonly hits?: { readonly measured: number; readonly of: number; readonly predicted?: number };
  /** Sentences: pre-warming, first calls of a Lambda, herds, throttling, processor time. */
  readonly notes: readonly string[];
}

const hopNames = ['1: edge', '2: API', '3: edge'];
const directNames = ['1: API', '2: edge'];

export function scenarioReport(result: ScenarioResult): ScenarioReport {
  const { plan, run } = result;
  const summary = summaryOf(result) ?? { metrics: {} };
  const hits = rateOf(summary, 'edge_hit');
  return {
    name: plan.scenario,
    says: scenarios[plan.scenario].says,
    workload: plan.workload,
    planned: viewsOf(plan.load),
    views: countOf(summary, 'iterations'),
    seconds: run.seconds,
    rows: rowsOf(summary, result),
    ...(hits.of > 0 && {
      hits: {
        measured: hits.passes / hits.of,
        of: hits.of,
        ...(plan.scenario === 'warm-hit' ? { predicted: 1 } : {}),
        ...(plan.predictedHits !== undefined && { predicted: plan.predictedHits }),
      },
    }),
    notes: notesOf(summary, result),
  };
}

function rowsOf(summary: Summary, { plan }: ScenarioResult): Row[] {
  const row = (name: string, metric: string): Row[] => {
    const values = percentiles(summary, metric);
    return values ? [{ name, ...values }] : [];
  };
  return [
    ...scenarios[plan.scenario].kinds.flatMap((kind) => [
      ...row(`${kind} view`, `chain_ms{kind:${kind}}`),
      ...(kind === 'cold'
        ? [
            ...row('cold view, warm Lambda', 'chain_ms{kind:cold,init:no}'),
            ...row('cold view, Lambda started for it', 'chain_ms{kind:cold,init:yes}'),
          ]
        : []),
      // A view of one hop is its hop, and hostile ones go to either entryPoint first.
      ...(kind !== 'hostile' && hasMoreHops(summary, kind)
        ? (kind === 'direct' ? directNames : hopNames).flatMap((name, at) =>
            row(`${kind}, hop ${name}`, `hop_ms{kind:${kind},hop:${at + 1}}`),
          )
        : []),
    ]),
    // Of a warm view no Lambda takes part; what k6 has of one is from the pre-warming.
    ...(plan.scenario === 'warm-hit' ? [] : phases).flatMap((phase) =>
      row(`Lambda, ${phase}`, `phase_ms{phase:${phase}}`),
    ),
  ];
}

function hasMoreHops(summary: Summary, kind: string): boolean {
  return percentiles(summary, `hop_ms{kind:${kind},hop:2}`) !== undefined;
}

function notesOf(summary: Summary, { plan, run, chainProcessorSeconds }: ScenarioResult): string[] {
  const init = rateOf(summary, 'lambda_init');
  const throttled = countOf(summary, 'throttled');
  const [made, raced] = [countOf(summary, 'made'), countOf(summary, 'raced')];
  return [
    ...run.told.flatMap(prewarmNote),
    ...(init.of > 0 && plan.scenario !== 'warm-hit'
      ? [`${init.passes} of ${init.of} calls met a Lambda that had just started.`]
      : []),
    ...(plan.load.kind === 'herd'
      ? [
          `Herds: ${plan.load.rounds}, of ${plan.load.viewers} viewers each. Resizes: ${made}. Answered with the image that another made: ${raced}.`,
        ]
      : []),
    ...(plan.scenario === 'replaced'
      ? [`${countOf(summary, 'remade')} derivatives were made anew after a replacement.`]
      : []),
    ...(plan.throttled > 0
      ? [`About ${plan.throttled} answers of 429 were expected above the capacity, ${throttled} came.`]
      : []),
    ...processorNotes(run, chainProcessorSeconds),
  ];
}

/** Who was busy: the chain, or the client that should have measured it. */
function processorNotes({ seconds, processorSeconds }: ScenarioResult['run'], chain: number | undefined): string[] {
  const worked = [
    ...(processorSeconds === undefined ? [] : [`k6 ${processorSeconds.toFixed(1)} s`]),
    ...(chain === undefined ? [] : [`the local chain ${chain.toFixed(1)} s`]),
  ];
  return worked.length === 0 ? [] : [`Processor time in ${seconds.toFixed(1)} s: ${worked.join(', ')}.`];
}

function prewarmNote(told: unknown): string[] {
  const { prewarm } = told as { readonly prewarm?: { readonly images: number; readonly hits: readonly number[] } };
  if (!prewarm) return [];
  const passes = prewarm.hits.map((hits) => `${hits}`).join(', ');
  return [`${prewarm.images} images were shown to the edge beforehand; hits in each pass: ${passes}.`];
}
